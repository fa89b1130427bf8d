//! Whole files to real far ends: every line arrives exactly as sent.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use jkool_collector::Collector;

use crate::audience::Audience;
use crate::command::{DEADLINE, TOKEN, run, running_jkool};
use crate::far_end::FarEnd;
use crate::gate::Gate;
use crate::mosquitto::{Door, Mosquitto};

/// Enough to be in the midst of it when something happens.
const LINES: usize = 20_000;

fn line(number: usize) -> String {
    format!(
        "line {number} \"quoted\" \\ tab\there é 😀 {}",
        "x".repeat(number % 97)
    )
}

/// A file of lines that all differ.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("app.log");
    let text: String = (0..LINES).map(|number| line(number) + "\n").collect();
    std::fs::write(&path, text).unwrap();
    path
}

/// Each line is there, under an identity of its own. Gives how many came more than once.
fn assert_whole(bodies: &[serde_json::Value]) -> usize {
    let mut messages = HashMap::new();
    for body in bodies {
        let id = body["tracking-id"].as_str().unwrap();
        let text = body["msg-text"].as_str().unwrap();
        if let Some(other) = messages.insert(id, text) {
            assert_eq!(other, text, "two events with one identity");
        }
    }
    assert_eq!(messages.len(), LINES);
    let arrived: HashSet<&str> = messages.into_values().collect();
    for number in 0..LINES {
        assert!(
            arrived.contains(line(number).as_str()),
            "line {number} is missing"
        );
    }
    bodies.len() - LINES
}

#[test]
fn over_http_in_each_framing() {
    for framing in ["single", "ndjson"] {
        let far_end = FarEnd::with(Collector::builder().token(TOKEN).keep(2 * LINES));
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let done = run([
            "stream",
            path.to_str().unwrap(),
            "--https",
            TOKEN,
            "--url",
            &far_end.url(),
            "--framing",
            framing,
            "--in-flight",
            "32",
        ]);
        assert_eq!(done.code, 0, "{done:?}");
        let bodies: Vec<serde_json::Value> = far_end
            .received(LINES as u64)
            .iter()
            .map(|received| serde_json::from_str(received.body()).unwrap())
            .collect();
        assert_eq!(assert_whole(&bodies), 0);
        let requests = far_end.stats().requests;
        if framing == "ndjson" {
            assert!(requests < LINES as u64 / 10, "{requests} requests");
        } else {
            assert_eq!(requests, LINES as u64);
        }
    }
}

#[test]
fn over_mqtt_at_quality_of_service_1() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let url = format!("mqtt://{}", mosquitto.address());
    let done = run([
        "stream",
        path.to_str().unwrap(),
        "--url",
        &url,
        "--topic",
        "logs",
        "--ordered",
    ]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains(": 20000 delivered"), "{done:?}");
    let bodies = audience.bodies(LINES);
    assert_eq!(assert_whole(&bodies), 0);
    // One connection keeps the order.
    for (number, body) in bodies.iter().enumerate() {
        assert_eq!(body["msg-text"], line(number));
    }
    assert!(audience.messages(LINES).iter().all(|(topic, _)| topic == "logs"));
}

#[test]
fn over_mqtt_at_quality_of_service_0_it_is_handed_over() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let url = format!("mqtt://{}", mosquitto.address());
    let done = run(["stream", path.to_str().unwrap(), "--url", &url, "--qos", "0"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stderr.contains(": 20000 handed over, unconfirmed"),
        "{done:?}"
    );
    assert_eq!(assert_whole(&audience.bodies(LINES)), 0);
}

/// The broker dies in mid-stream and comes back with nothing of what it knew. The way to it opens again once the
/// audience is back, or it would miss what it is there to hear.
#[test]
fn a_broker_that_dies_and_comes_back_loses_nothing() {
    let Some(mut mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let gate = Gate::to(mosquitto.port());
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut streaming = running_jkool()
        .arg("stream")
        .arg(&path)
        .args(["--url", &format!("mqtt://127.0.0.1:{}", gate.port()), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    audience.messages(1_000);
    gate.set_open(false);
    mosquitto.kill();
    assert!(
        streaming.try_wait().unwrap().is_none(),
        "the stream was over before the broker died"
    );
    audience.through(|| mosquitto.restart());
    gate.set_open(true);
    let result = end(streaming);
    assert!(result.contains("\"sent\":20000,\"delivered\":20000,"), "{result}");
    assert!(result.contains("\"dropped\":0,\"pending\":0,"), "{result}");
    let deadline = Instant::now() + DEADLINE;
    loop {
        let missing = missing(&audience.bodies(LINES));
        if missing.is_empty() {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "{} lines are missing, the first is {}",
            missing.len(),
            missing[0]
        );
        std::thread::sleep(Duration::from_millis(20)); // poll: until the last messages have come
    }
    // At most one window is sent twice.
    let sent_twice = assert_whole(&audience.bodies(LINES));
    assert!(sent_twice <= 100, "{sent_twice} lines came twice");
}

fn missing(bodies: &[serde_json::Value]) -> Vec<usize> {
    let arrived: HashSet<&str> = bodies
        .iter()
        .map(|body| body["msg-text"].as_str().unwrap())
        .collect();
    (0..LINES)
        .filter(|number| !arrived.contains(line(*number).as_str()))
        .collect()
}

/// Waits for the end, and gives what it says.
fn end(mut child: Child) -> String {
    let deadline = Instant::now() + DEADLINE;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "jkool stream does not end");
        std::thread::sleep(Duration::from_millis(5)); // poll: until the process ends
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
