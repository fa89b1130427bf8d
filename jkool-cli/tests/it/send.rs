//! Events that arrive.

use serde_json::json;

use crate::command::{TOKEN, finish, jkool, run};
use crate::far_end::FarEnd;

/// TNT4PY's command line sends operation, type and message; so do we, with what the service needs besides.
#[test]
fn the_seeds_own_form() {
    let far_end = FarEnd::start();
    run(["Your message", "--https", TOKEN, "--url", &far_end.url()]).assert_quiet_success();
    let body = far_end.body();
    assert_eq!(body["operation"], "jkool");
    assert_eq!(body["type"], "EVENT");
    assert_eq!(body["msg-text"], "Your message");
    assert_eq!(body["severity"], "INFO");
    assert!(
        body["source-fqn"]
            .as_str()
            .unwrap()
            .starts_with("APPL=jkool#SERVER="),
        "{body}"
    );
    assert_eq!(body["tracking-id"].as_str().unwrap().len(), 36);
    assert!(body["time-usec"].as_i64().unwrap() > 1_700_000_000_000_000);
    assert_eq!(body.as_object().unwrap().len(), 7, "{body}");
    assert_eq!(far_end.only().path(), "/");
}

#[test]
fn in_tnt4pys_dialect_nothing_else_is_sent() {
    let far_end = FarEnd::start();
    run([
        "Your message",
        "--https",
        TOKEN,
        "--url",
        &far_end.url(),
        "--dialect",
        "tnt4py",
    ])
    .assert_quiet_success();
    assert_eq!(
        far_end.body(),
        json!({"operation": "jkool", "type": "EVENT", "msg-text": "Your message"})
    );
}

#[test]
fn every_decoration_arrives() {
    let far_end = FarEnd::start();
    let url = far_end.url();
    let arguments = [
        "send",
        "m",
        "--https",
        TOKEN,
        "--url",
        &url,
        "--source-fqn",
        "APPL=Shop#SERVER=web1",
        "--operation",
        "PlaceOrder",
        "--severity",
        "warning",
        "--tracking-id",
        "t-1",
        "--time-usec",
        "1457524800000000",
        "--corr-id",
        "order-4711",
        "--corr-id",
        "session-9",
        "--location",
        "Atlanta, GA",
        "--user",
        "alice",
        "--resource",
        "orders",
        "--exception",
        "none: really",
        "--comp-code",
        "warning",
        "--reason-code",
        "-3",
        "--start-time-usec",
        "1457524800000000",
        "--end-time-usec",
        "1457524800000700",
        "--elapsed-time-usec",
        "700",
        "--wait-time-usec",
        "6",
        "--source-url",
        "https://shop.example/orders",
        "--pid",
        "77",
        "--tid",
        "0",
        "--msg-tag",
        "a",
        "--msg-tag",
        "b",
        "--parent-id",
        "p-1",
        "--msg-size",
        "1",
        "--encoding",
        "none",
        "--charset",
        "UTF-8",
        "--mime-type",
        "text/plain",
        "--msg-age-usec",
        "5",
        "--property",
        "url=http://h:80/",
        "--property",
        "size=12:long",
        "--snapshot",
        "Payment@Order:order-no=4711:string,amount=99.5:double",
    ];
    run(arguments).assert_quiet_success();
    let mut body = far_end.body();
    assert!(body["snapshots"][0]["time-usec"].as_i64().unwrap() > 1_700_000_000_000_000);
    body["snapshots"][0].as_object_mut().unwrap().remove("time-usec");
    assert_eq!(
        body,
        serde_json::from_str::<serde_json::Value>(
            r#"{
                "operation": "PlaceOrder", "type": "EVENT", "msg-text": "m", "severity": "WARNING",
                "source-fqn": "APPL=Shop#SERVER=web1", "tracking-id": "t-1", "time-usec": 1457524800000000,
                "corrid": ["order-4711", "session-9"], "location": "Atlanta, GA", "user": "alice",
                "resource": "orders", "exception": "none: really", "comp-code": "WARNING", "reason-code": -3,
                "start-time-usec": 1457524800000000, "end-time-usec": 1457524800000700, "elapsed-time-usec": 700,
                "wait-time-usec": 6, "source-url": "https://shop.example/orders", "pid": 77, "tid": 0,
                "msg-tag": ["a", "b"], "parent-id": "p-1", "msg-size": 1, "encoding": "none", "charset": "UTF-8",
                "mime-type": "text/plain", "msg-age-usec": 5,
                "properties": [
                    {"name": "url", "type": "string", "value": "http://h:80/"},
                    {"name": "size", "type": "long", "value": 12}
                ],
                "snapshots": [{
                    "name": "Payment", "category": "Order", "type": "SNAPSHOT",
                    "properties": [
                        {"name": "order-no", "type": "string", "value": "4711"},
                        {"name": "amount", "type": "double", "value": 99.5}
                    ]
                }]
            }"#
        )
        .unwrap()
    );
}

#[test]
fn the_message_from_standard_input_is_one_event() {
    let far_end = FarEnd::start();
    let arguments = ["send", "-", "--https", TOKEN, "--url", &far_end.url()];
    finish(
        jkool()
            .args(arguments)
            .write_stdin("line one\nline \"two\"\t\u{1b}[31m\r\n\r\n"),
    )
    .assert_quiet_success();
    assert_eq!(
        far_end.body()["msg-text"],
        "line one\nline \"two\"\t\u{1b}[31m\r\n"
    );
}

#[test]
fn a_message_that_is_not_utf8_is_sent_with_a_warning() {
    let far_end = FarEnd::start();
    let url = far_end.url();
    let done = finish(
        jkool()
            .args(["-", "--https", TOKEN, "--url", &url])
            .write_stdin(&b"caf\xe9 au lait"[..]),
    );
    assert_eq!((done.code, done.stdout.as_str()), (0, ""));
    assert!(
        done.stderr
            .starts_with("jkool: warning: standard input is not UTF-8"),
        "{}",
        done.stderr
    );
    assert_eq!(far_end.body()["msg-text"], "caf\u{fffd} au lait");
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_sent_with_a_warning() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let far_end = FarEnd::start();
    let url = far_end.url();
    let message = OsStr::from_bytes(b"caf\xe9 au lait");
    let done = finish(jkool().arg(message).args(["--https", TOKEN, "--url", &url]));
    assert_eq!((done.code, done.stdout.as_str()), (0, ""));
    assert!(
        done.stderr
            .starts_with("jkool: warning: the message is not UTF-8"),
        "{}",
        done.stderr
    );
    assert_eq!(far_end.body()["msg-text"], "caf\u{fffd} au lait");

    // Anywhere else it is a mistake.
    let done = finish(jkool().args(["m", "--stdout", "--location"]).arg(message));
    done.assert_failed(2, &["UTF-8"]);
}

#[test]
fn an_event_needs_no_message() {
    let far_end = FarEnd::start();
    run([
        "send",
        "--operation",
        "Deploy",
        "--https",
        TOKEN,
        "--url",
        &far_end.url(),
    ])
    .assert_quiet_success();
    let body = far_end.body();
    assert_eq!(body["operation"], "Deploy");
    assert_eq!(body.get("msg-text"), None);
}

#[test]
fn no_severity_is_too_low_to_send() {
    let far_end = FarEnd::start();
    run([
        "m",
        "--severity",
        "trace",
        "--https",
        TOKEN,
        "--url",
        &far_end.url(),
    ])
    .assert_quiet_success();
    assert_eq!(far_end.body()["severity"], "TRACE");
}

#[test]
fn typed_paths_and_the_path_of_the_url() {
    for (path, options, expected) in [
        ("", &["--typed-paths"][..], "/event"),
        ("/JESL", &["--typed-paths"][..], "/JESL/event"),
        ("/JESL", &[][..], "/JESL"),
    ] {
        let far_end = FarEnd::start();
        let url = far_end.url() + path;
        run(["m", "--https", TOKEN, "--url", &url]
            .into_iter()
            .chain(options.iter().copied()))
        .assert_quiet_success();
        assert_eq!(far_end.only().path(), expected);
    }
}

#[test]
fn the_handshake_comes_first_if_wanted() {
    let far_end = FarEnd::start();
    run(["m", "--https", TOKEN, "--url", &far_end.url(), "--handshake"]).assert_quiet_success();
    far_end.only();
    assert_eq!(far_end.stats().handshakes, 1);
}

#[test]
fn words_that_are_commands_can_be_sent() {
    for arguments in [
        &["send", "demo"][..],
        &["send", "--", "demo"],
        &["send", "--", "--version"],
    ] {
        let far_end = FarEnd::start();
        let url = far_end.url();
        let done = finish(
            jkool()
                .env("JKOOL_TOKEN", TOKEN)
                .env("JKOOL_URL", &url)
                .args(arguments),
        );
        done.assert_quiet_success();
        assert_eq!(
            Some(far_end.body()["msg-text"].as_str().unwrap()),
            arguments.last().copied()
        );
    }
}

#[test]
fn check_sends_nothing() {
    let far_end = FarEnd::start();
    let done = run(["check", "--https", TOKEN, "--url", &far_end.url()]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert!(
        done.stdout.starts_with(&far_end.url()) && done.stdout.contains("accepted"),
        "{}",
        done.stdout
    );
    let stats = far_end.stats();
    assert_eq!(stats.accepted, 0);
    assert!(stats.requests > 0);
}
