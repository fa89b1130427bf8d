//! `jkool send` and `jkool check` to a real broker.

use std::net::TcpListener;

use serde_json::json;

use crate::audience::Audience;
use crate::command::{finish, jkool, run};
use crate::mosquitto::{Door, Mosquitto};

/// What TNT4PY's users type, with `jkool` for `python streaming.py`.
#[test]
fn the_form_of_tnt4py_works_word_for_word() {
    let Some(mosquitto) = Mosquitto::start(Door::Password) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let address = mosquitto.address();
    for topic_flag in ["--topic", "-t"] {
        run([
            "Your message",
            "--mqtt",
            &address,
            Mosquitto::USER,
            Mosquitto::PASSWORD,
            topic_flag,
            "python/streams",
        ])
        .assert_quiet_success();
    }
    run([
        "--mqtt",
        &address,
        Mosquitto::USER,
        Mosquitto::PASSWORD,
        "no topic",
    ])
    .assert_quiet_success();
    let bodies = audience.bodies(3);
    let topics: Vec<String> = audience.messages(3).into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(topics, ["python/streams", "python/streams", "jkool"]);
    assert_eq!(
        (
            &bodies[0]["msg-text"],
            &bodies[0]["operation"],
            &bodies[0]["type"]
        ),
        (&json!("Your message"), &json!("jkool"), &json!("EVENT"))
    );
    assert_eq!(bodies[2]["msg-text"], "no topic");
}

#[test]
fn the_password_may_come_from_the_environment() {
    let Some(mosquitto) = Mosquitto::start(Door::Password) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let (address, url) = (mosquitto.address(), format!("mqtt://{}", mosquitto.address()));
    for arguments in [
        &["m", "--mqtt", &address, Mosquitto::USER, "-"][..],
        &["m", "--url", &url, "--username", Mosquitto::USER],
        &["check", "--url", &url, "--username", Mosquitto::USER],
    ] {
        let done = finish(
            jkool()
                .args(arguments)
                .env("JKOOL_MQTT_PASSWORD", Mosquitto::PASSWORD),
        );
        assert_eq!(done.code, 0, "{done:?}");
    }
    assert_eq!(audience.messages(2).len(), 2);
}

#[test]
fn a_wrong_password_is_refused_and_a_dead_port_unreachable() {
    let Some(mosquitto) = Mosquitto::start(Door::Password) else {
        return;
    };
    let address = mosquitto.address();
    run(["m", "--mqtt", &address, "user", "wrong"]).assert_failed(3, &["localhost"]);
    run(["check", "--mqtt", &address, "user", "wrong"]).assert_failed(3, &["localhost"]);
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("mqtt://127.0.0.1:{port}");
    run(["m", "--url", &url, "--timeout", "0.3"]).assert_failed(4, &[&url, "refused"]);
    run(["check", "--url", &url, "--timeout", "0.3"]).assert_failed(4, &[&url, "refused"]);
}

#[test]
fn each_quality_of_service_and_session() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let url = format!("tcp://{}", mosquitto.address());
    let variants: [&[&str]; 5] = [
        &["--qos", "0"],
        &["--qos", "1"],
        &["--qos", "2"],
        &["--client-id", "c", "--keep-session", "--keepalive", "5"],
        &["--dialect", "tnt4py"],
    ];
    for (number, variant) in variants.iter().enumerate() {
        let message = number.to_string();
        run(["send", &message, "--url", &url]
            .into_iter()
            .chain(variant.iter().copied()))
        .assert_quiet_success();
    }
    let mut texts: Vec<String> = audience
        .bodies(5)
        .iter()
        .map(|body| body["msg-text"].as_str().unwrap().to_owned())
        .collect();
    texts.sort();
    assert_eq!(texts, ["0", "1", "2", "3", "4"]);
    // The URL may come from the environment as well; a destination on the command line comes before it.
    finish(jkool().args(["send", "e"]).env("JKOOL_URL", &url)).assert_quiet_success();
    assert_eq!(audience.bodies(6)[5]["msg-text"], "e");
    let done = run(["check", "--url", &url]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
    assert!(
        done.stdout.ends_with(": reachable, and the broker lets us in\n"),
        "{done:?}"
    );
}

/// TNT4PY sends the password in the clear; we do so too where its own form asks for that, and say so.
#[test]
fn a_password_in_the_clear_is_warned_of_or_refused() {
    let done = run(["m", "--mqtt", "192.0.2.1", "user", "c4nary", "--timeout", "0.2"]);
    assert_eq!(done.code, 4, "{done:?}");
    assert!(
        done.stderr
            .starts_with("jkool: warning: the password goes to mqtt://192.0.2.1 without TLS"),
        "{done:?}"
    );
    let done = finish(
        jkool()
            .args(["m", "--url", "mqtt://192.0.2.1", "--username", "user"])
            .env("JKOOL_MQTT_PASSWORD", "c4nary"),
    );
    done.assert_failed(2, &["in the clear", "give --allow-plaintext"]);
}
