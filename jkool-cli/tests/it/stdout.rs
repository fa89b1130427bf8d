//! `--stdout`: the JSON instead of the network.

use crate::command::{finish, jkool, run};

const FIXED: [&str; 6] = [
    "--tracking-id",
    "t-1",
    "--time-usec",
    "1457524800000000",
    "--source-fqn",
    "APPL=Shop",
];

#[test]
fn prints_the_line_that_would_be_sent() {
    let done = run(["Your message", "--stdout"].into_iter().chain(FIXED));
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert_eq!(
        done.stdout,
        "{\"operation\":\"jkool\",\"type\":\"EVENT\",\"msg-text\":\"Your message\",\"severity\":\"INFO\",\
         \"source-fqn\":\"APPL=Shop\",\"tracking-id\":\"t-1\",\"time-usec\":1457524800000000}\n"
    );
}

#[test]
fn each_dialect_has_its_names() {
    let options = [
        "--corr-id",
        "c",
        "--parent-id",
        "p",
        "--wait-time-usec",
        "6",
        "--msg-age-usec",
        "5",
    ];
    let line = |dialect| {
        let done = run(["send", "m", "--stdout", "--dialect", dialect]
            .into_iter()
            .chain(options));
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        serde_json::from_str::<serde_json::Value>(&done.stdout).unwrap()
    };
    let tnt4j = line("tnt4j");
    assert_eq!(tnt4j["corrid"], serde_json::json!(["c"]));
    assert_eq!(
        (
            &tnt4j["parent-id"],
            &tnt4j["wait-time-usec"],
            &tnt4j["msg-age-usec"]
        ),
        (&"p".into(), &6.into(), &5.into())
    );
    assert_eq!(
        line("tnt4py"),
        serde_json::json!({
            "operation": "jkool", "type": "EVENT", "msg-text": "m", "corr-id": "c", "parent-tracking-id": "p",
            "wait-time-used": 6, "msg-age": 5,
        })
    );
}

/// Whatever the message holds, it is one line of JSON, and nothing reaches the terminal raw.
#[test]
fn control_characters_stay_inside_of_the_json() {
    let message = "one\ntwo\u{1b}[2J\u{7}\r\t\u{7f}\u{0085}\"\\";
    let done = run(["send", message, "--stdout"].into_iter().chain(FIXED));
    assert_eq!(done.stdout.lines().count(), 1);
    assert!(
        done.stdout
            .trim_end()
            .chars()
            .all(|shown| !shown.is_ascii_control() || shown == '\u{7f}'),
        "{:?}",
        done.stdout
    );
    let body: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(body["msg-text"], message);
}

#[test]
fn needs_no_token_and_takes_standard_input() {
    let done = finish(jkool().args(["-", "--stdout"]).write_stdin("from stdin\n"));
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    assert!(
        done.stdout.contains("\"msg-text\":\"from stdin\""),
        "{}",
        done.stdout
    );
}

#[test]
fn the_source_is_filled_in_from_this_machine() {
    let done = finish(
        jkool()
            .args(["m", "--stdout"])
            .env("JKOOL_SOURCE_FQN", "APPL=$JKOOL_TEST_APP#SERVER=?#DATACENTER=DC1")
            .env("JKOOL_TEST_APP", "Shop"),
    );
    let body: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let source = body["source-fqn"].as_str().unwrap();
    assert!(
        source.starts_with("APPL=Shop#SERVER=") && source.ends_with("#DATACENTER=DC1"),
        "{source}"
    );
    assert!(!source.contains('?'), "{source}");
}

/// A full disk is not a broken pipe.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = crate::command::running_jkool()
        .args(["m", "--stdout"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("jkool: ") && stderr.contains("standard output"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
