//! `jkool serve` as a subscriber: what clients publish is shown like what they post.
#![cfg(unix)]

use crate::command::{finish, jkool, run};
use crate::mosquitto::{Door, Mosquitto};
use crate::serve::{Serving, send};

#[test]
fn what_is_published_is_shown_stored_and_counted() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let url = format!("mqtt://{}", mosquitto.address());
    let mut serving = Serving::start([
        "--mqtt",
        &url,
        "--subscribe",
        "orders/#",
        "--output",
        path.to_str().unwrap(),
    ]);
    let line = serving.note();
    assert_eq!(
        line,
        format!("jkool: receiving what is published to orders/# at {url}\n")
    );
    let fixed = ["--time-usec", "1457524800123456", "--dialect", "tnt4py"];
    run(["published", "--url", &url, "--topic", "orders/new"]
        .into_iter()
        .chain(fixed))
    .assert_quiet_success();
    assert_eq!(
        serving.line(),
        "12:00:00.123Z          event    jkool          published\n"
    );
    run(["elsewhere", "--url", &url, "--topic", "stock"]).assert_quiet_success();
    send(serving.url(), &["posted"]);
    assert!(serving.line().ends_with(" posted\n"));
    let stored = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        stored.lines().next().unwrap(),
        "{\"operation\":\"jkool\",\"type\":\"EVENT\",\"msg-text\":\"published\",\"time-usec\":1457524800123456}"
    );
    let (code, rest) = serving.terminate();
    assert_eq!(
        (code, rest.as_str()),
        (Some(0), "jkool: received 2 entities: 2 events\n")
    );
}

#[test]
fn a_broker_that_comes_back_is_heard_again() {
    let Some(mut mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let url = format!("mqtt://{}", mosquitto.address());
    let mut serving = Serving::start(["--mqtt", &url, "--subscribe", "#"]);
    serving.note();
    mosquitto.kill();
    assert!(serving.note().ends_with("; connecting again\n"));
    mosquitto.restart();
    assert_eq!(serving.note(), format!("jkool: connected to {url} again\n"));
    run(["m", "--url", &url]).assert_quiet_success();
    assert!(serving.line().ends_with(" m\n"));
    assert_eq!(serving.terminate().0, Some(0));
}

#[test]
fn a_broker_with_a_password_and_messages_that_are_no_entities() {
    let Some(mosquitto) = Mosquitto::start(Door::Password) else {
        return;
    };
    let url = format!("mqtt://{}", mosquitto.address());
    let mut command = crate::command::running_jkool();
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--mqtt",
            &url,
            "--subscribe",
            "t",
        ])
        .args(["--username", Mosquitto::USER])
        .env("JKOOL_MQTT_PASSWORD", Mosquitto::PASSWORD);
    let mut serving = Serving::spawn(&mut command);
    serving.note();
    // TNT4PY's command line publishes the bare text.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(publish(mosquitto.open_port(), "t", "bare \u{1b}text"));
    let line = serving.note();
    assert!(
        line.starts_with("jkool: not taken from t: expected a JSON object"),
        "{line}"
    );
    let (code, rest) = serving.terminate();
    assert_eq!(code, Some(0));
    assert_eq!(rest, "jkool: received 0 entities; refused 1 request\n");

    let done = finish(
        jkool()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--mqtt",
                &url,
                "--subscribe",
                "t",
            ])
            .args(["--username", "user"])
            .env("JKOOL_MQTT_PASSWORD", "wrong"),
    );
    assert_eq!(done.code, 3, "{done:?}");
}

async fn publish(port: u16, topic: &str, text: &'static str) {
    use jkool_client::transport::{Batch, Connect as _, Record, Report};
    let mqtt = jkool_client::Mqtt::builder(format!("127.0.0.1:{port}"))
        .topic(topic)
        .build()
        .unwrap();
    let link = mqtt.connect().await.unwrap();
    let (report, _settlements) = Report::new(1);
    let record = Record::new(jkool_client::EntityKind::Event, "c", text);
    link.send(Batch::new([record]), report).await.unwrap();
}
