//! `jkool stream`: each line is an event.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jkool_collector::Collector;
use serde_json::json;

use crate::command::{DEADLINE, Finished, TOKEN, finish, jkool, run, running_jkool};
use crate::far_end::FarEnd;

/// Streams `input` from standard input.
fn stream(far_end: &FarEnd, input: impl AsRef<[u8]>, arguments: &[&str]) -> Finished {
    finish(
        jkool()
            .args(["stream", "--https", TOKEN, "--url", &far_end.url()])
            .args(arguments)
            .write_stdin(input.as_ref()),
    )
}

fn messages(far_end: &FarEnd, count: u64) -> Vec<String> {
    let received = far_end.received(count);
    received
        .iter()
        .map(|received| {
            let body: serde_json::Value = serde_json::from_str(received.body()).unwrap();
            body["msg-text"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn every_line_arrives_as_it_is() {
    let far_end = FarEnd::start();
    let done = stream(
        &far_end,
        "one\r\n  two \"x\" \\ \t\nthrée\u{0}\nlast, without an end",
        &[
            "--ordered",
            "--operation",
            "AppLog",
            "--severity",
            "WARNING",
            "--corr-id",
            "c",
            "--property",
            "n=1:int",
        ],
    );
    assert_eq!((done.code, done.stdout.as_str()), (0, ""), "{done:?}");
    assert!(done.stderr.starts_with("jkool: 4 events in "), "{done:?}");
    assert!(done.stderr.ends_with("/s): 4 delivered\n"), "{done:?}");
    assert_eq!(
        messages(&far_end, 4),
        ["one", "  two \"x\" \\ \t", "thrée\u{0}", "last, without an end"]
    );
    let mut ids = std::collections::HashSet::new();
    for received in far_end.received(4) {
        let body: serde_json::Value = serde_json::from_str(received.body()).unwrap();
        assert_eq!(body["operation"], "AppLog");
        assert_eq!(body["severity"], "WARNING");
        assert_eq!(body["corrid"], json!(["c"]));
        assert_eq!(body["properties"][0]["name"], "n");
        assert!(body["time-usec"].is_u64() && body["source-fqn"].is_string());
        ids.insert(body["tracking-id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 4, "each event has an identity of its own");
}

#[test]
fn several_files_and_standard_input_between_them() {
    let far_end = FarEnd::start();
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    std::fs::write(&a, "\u{feff}a1\na2").unwrap();
    std::fs::write(&b, "b1\n").unwrap();
    let done = stream(
        &far_end,
        "i1\n",
        &["--ordered", a.to_str().unwrap(), "-", b.to_str().unwrap()],
    );
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(messages(&far_end, 4), ["a1", "a2", "i1", "b1"]);
}

#[test]
fn the_dialect_of_tnt4py_adds_nothing() {
    let far_end = FarEnd::start();
    let done = stream(&far_end, "m\n", &["--dialect", "tnt4py"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(
        far_end.body(),
        json!({"operation": "jkool", "type": "EVENT", "msg-text": "m"})
    );
}

#[test]
fn the_result_as_json() {
    let far_end = FarEnd::start();
    let done = stream(&far_end, b"a\n \n\t\r\nb\xff\n", &["--json"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
    let result: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    for (name, value) in [
        ("sent", 2),
        ("delivered", 2),
        ("handed", 0),
        ("rejected", 0),
        ("dropped", 0),
        ("pending", 0),
        ("blank", 2),
        ("lossy", 1),
        ("unreadable_files", 0),
    ] {
        assert_eq!(result[name], value, "{name}: {result}");
    }
    assert!(result["seconds"].as_f64().unwrap() > 0.0);
    assert!(result["events_per_second"].is_number());
}

#[test]
fn what_is_not_utf8_is_sent_lossily_and_told() {
    let far_end = FarEnd::start();
    let done = stream(&far_end, b"caf\xe9\nfine\n", &["--ordered"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stderr.contains("1 line sent with � for what is not UTF-8"),
        "{done:?}"
    );
    assert_eq!(messages(&far_end, 2), ["caf\u{fffd}", "fine"]);
}

#[test]
fn a_line_that_is_too_long_is_told_with_its_number() {
    let far_end = FarEnd::start();
    let longest = "x".repeat(1 << 20);
    // JSON needs six bytes for each of these.
    let escaped = "\u{1}".repeat(1 << 20);
    let input = format!("first\n{longest}x\n{longest}\r\n{escaped}\nlast\n");
    let done = stream(&far_end, input, &["--ordered"]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(
        done.stderr
            .starts_with("jkool: standard input:2: the line has more than 1048576 bytes\n"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("4 delivered, 1 line rejected"),
        "{}",
        done.stderr
    );
    let arrived = messages(&far_end, 4);
    assert_eq!([&arrived[0], &arrived[3]], ["first", "last"]);
    assert!(arrived[1] == longest && arrived[2] == escaped);
}

#[test]
fn nothing_at_all_is_fine() {
    let far_end = FarEnd::start();
    let done = stream(&far_end, "", &[]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.starts_with("jkool: 0 events in "), "{done:?}");
    assert_eq!(far_end.stats().requests, 0);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_sent() {
    let far_end = FarEnd::start();
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good");
    let missing = folder.path().join("missing");
    std::fs::write(&good, "good\n").unwrap();
    let done = stream(
        &far_end,
        "",
        &[
            folder.path().to_str().unwrap(),
            missing.to_str().unwrap(),
            good.to_str().unwrap(),
        ],
    );
    assert_eq!(done.code, 1, "{done:?}");
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(lines.len(), 3, "{done:?}");
    assert_eq!(
        lines[0],
        format!(
            "jkool: cannot read {}: it is a directory",
            folder.path().display()
        )
    );
    assert!(
        lines[1].starts_with(&format!("jkool: cannot read {}: ", missing.display())),
        "{done:?}"
    );
    assert!(lines[2].ends_with(": 1 delivered, 2 files not read"), "{done:?}");
    assert_eq!(messages(&far_end, 1), ["good"]);
}

/// Root reads everything; then there is nothing to see.
#[cfg(unix)]
#[test]
fn a_file_without_permission_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let far_end = FarEnd::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "x\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_readable = std::fs::read(&file).is_ok();
    let done = stream(&far_end, "", &[file.to_str().unwrap()]);
    if is_readable {
        assert_eq!(done.code, 0, "{done:?}");
    } else {
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.stderr.contains("ermission denied"), "{done:?}");
    }
}

#[test]
fn entities_are_forwarded_without_loss() {
    let far_end = FarEnd::start();
    let lines = [
        json!({"operation": "a", "type": "EVENT", "tracking-id": "1", "time-usec": 1, "source-fqn": "APPL=x",
               "severity": "ERROR", "corr-id": "q", "comp-code": "OK", "custom": {"x": [1, 2.50]}, "msg-text": [1]}),
        json!({"operation": "b", "type": "ACTIVITY", "tracking-id": "2", "time-usec": 1, "source-fqn": "APPL=x",
               "severity": "INFO", "status": "END", "extra": null, "wide": 123_456_789_012_345_678_u64}),
        json!({"name": "s", "type": "SNAPSHOT", "time-usec": 1, "source-fqn": "APPL=x", "tracking-id": "3",
               "properties": [{"name": "p", "type": "int", "value": 1, "unit": "ms"}]}),
        json!({"name": "d", "type": "DATASET", "time-usec": 1, "source-fqn": "APPL=x", "tracking-id": "4"}),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let done = stream(&far_end, input, &["--format", "event", "--ordered"]);
    assert_eq!(done.code, 0, "{done:?}");
    let arrived: Vec<serde_json::Value> = far_end
        .received(4)
        .iter()
        .map(|received| serde_json::from_str(received.body()).unwrap())
        .collect();
    // TNT4PY's names and values are spelled as the service has them.
    assert_eq!(arrived[0]["corrid"], json!(["q"]));
    assert_eq!(arrived[0]["comp-code"], "SUCCESS");
    for name in [
        "custom",
        "msg-text",
        "severity",
        "tracking-id",
        "time-usec",
        "source-fqn",
    ] {
        assert_eq!(arrived[0][name], lines[0][name], "{name}");
    }
    assert_eq!(arrived[1]["wide"], lines[1]["wide"]);
    assert_eq!(
        (&arrived[1]["status"], &arrived[1]["type"]),
        (&json!("END"), &json!("ACTIVITY"))
    );
    assert_eq!(arrived[2]["properties"], lines[2]["properties"]);
    assert_eq!(arrived[3], lines[3]);
}

#[test]
fn decorations_fill_in_what_an_entity_does_not_say() {
    let far_end = FarEnd::start();
    let input = "{\"operation\":\"a\",\"severity\":\"ERROR\",\"location\":\"here\",\"corrid\":[\"x\"]}\n{\"type\":\"ACTIVITY\"}\n";
    let done = stream(
        &far_end,
        input,
        &[
            "--format",
            "event",
            "--ordered",
            "--operation",
            "Import",
            "--severity",
            "NOTICE",
            "--location",
            "there",
            "--corr-id",
            "y",
            "--msg-tag",
            "t",
        ],
    );
    assert_eq!(done.code, 0, "{done:?}");
    let received = far_end.received(2);
    let bodies: Vec<serde_json::Value> = received
        .iter()
        .map(|received| serde_json::from_str(received.body()).unwrap())
        .collect();
    assert_eq!(
        (
            &bodies[0]["operation"],
            &bodies[0]["severity"],
            &bodies[0]["location"]
        ),
        (&json!("a"), &json!("ERROR"), &json!("here"))
    );
    assert_eq!(bodies[0]["corrid"], json!(["x", "y"]));
    assert_eq!(bodies[0]["msg-tag"], json!(["t"]));
    assert_eq!(
        (
            &bodies[1]["operation"],
            &bodies[1]["severity"],
            &bodies[1]["location"]
        ),
        (&json!("Import"), &json!("NOTICE"), &json!("there"))
    );
    assert!(bodies[1]["tracking-id"].is_string());
}

#[test]
fn lines_that_are_no_entity_are_told_with_their_place() {
    let far_end = FarEnd::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("e.ndjson");
    let mut text = b"{\"operation\":\"a\"}\nnonsense\n\n{\"operation\":\"a\",\"severity\":\"LOUD\"}\n[]\n\
        {\"operation\":\"a\",\"elapsed-time-usec\":-1}\n{\"operation\":\"\xff\"}\n{\"operation\":\"b\"}"
        .to_vec();
    text.extend_from_slice(b"\r\n");
    std::fs::write(&file, text).unwrap();
    let name = file.to_str().unwrap();
    let done = stream(&far_end, "", &["--format", "event", name]);
    assert_eq!(done.code, 1, "{done:?}");
    let lines: Vec<&str> = done.stderr.lines().collect();
    for (line, (number, part)) in lines.iter().zip([
        (2, "JSON object"),
        (4, "severity"),
        (5, "JSON object"),
        (6, "elapsed-time-usec"),
        (7, "UTF-8"),
    ]) {
        assert!(line.starts_with(&format!("jkool: {name}:{number}: ")), "{line}");
        assert!(line.contains(part), "{line} lacks {part}");
    }
    assert!(!done.stderr.contains("line 1"), "{done:?}");
    assert!(
        lines[5].ends_with(": 2 delivered, 5 lines rejected, 1 line skipped as blank"),
        "{done:?}"
    );
    assert_eq!(far_end.received(2).len(), 2);
}

/// A far end that refuses single events gets the others, and they are told.
#[test]
fn refused_events_are_told_and_the_others_delivered() {
    let far_end = FarEnd::with(Collector::builder().token(TOKEN).max_body_bytes(1_000));
    let long = "x".repeat(2_000);
    let done = stream(&far_end, format!("a\n{long}\nb\n"), &["--ordered"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("jkool: refused: "), "{done:?}");
    assert!(
        done.stderr.contains("2 delivered, 1 refused or given up"),
        "{done:?}"
    );
    assert_eq!(messages(&far_end, 2), ["a", "b"]);
}

#[test]
fn many_complaints_are_counted_only() {
    let far_end = FarEnd::start();
    let done = stream(&far_end, "no entity\n".repeat(500), &["--format", "event"]);
    assert_eq!(done.code, 1);
    assert_eq!(done.stderr.lines().count(), 102, "{}", done.stderr);
    assert!(done.stderr.contains("500 lines rejected"), "{}", done.stderr);
}

#[test]
fn a_refused_token_and_a_dead_port_end_it() {
    let far_end = FarEnd::with(Collector::builder().token("another"));
    let began = Instant::now();
    let done = stream(&far_end, "a\nb\n", &[]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("2 not delivered"), "{done:?}");
    assert!(done.stderr.contains("jkool: gave up: "), "{done:?}");
    assert!(began.elapsed() < Duration::from_secs(10));

    let url = far_end.url();
    drop(far_end);
    let done = finish(
        jkool()
            .args([
                "stream",
                "--https",
                TOKEN,
                "--url",
                &url,
                "--timeout",
                "0.3",
                "--json",
            ])
            .write_stdin("a\n"),
    );
    assert_eq!(done.code, 4, "{done:?}");
    assert!(done.stdout.contains("\"pending\":1"), "{done:?}");
    assert!(done.stderr.contains("refused"), "{done:?}");
}

#[test]
fn a_far_end_that_comes_back_loses_nothing() {
    let far_end = FarEnd::start();
    let port = far_end.port();
    drop(far_end);
    let url = format!("http://127.0.0.1:{port}");
    let streaming = std::thread::spawn(move || {
        finish(
            jkool()
                .args(["stream", "--https", TOKEN, "--url", &url])
                .write_stdin("a\nb\n"),
        )
    });
    let far_end = FarEnd::with(
        Collector::builder()
            .token(TOKEN)
            .bind(format!("127.0.0.1:{port}")),
    );
    assert_eq!(far_end.received(2).len(), 2);
    let done = streaming.join().unwrap();
    assert_eq!(done.code, 0, "{done:?}");
}

/// A reader that has enough ends it, quietly.
#[test]
fn printing_ends_when_nobody_reads() {
    let mut child = running_jkool()
        .args(["stream", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdin.write_all(b"first\n").unwrap();
    let mut start = [0; 20];
    stdout.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"{\"operation\":\"jkool\"");
    drop(stdout);
    // It may end before all of it is written.
    let _ = stdin.write_all("more\n".repeat(1_000).as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn lines_are_printed_as_they_come() {
    let done = finish(
        jkool()
            .args(["stream", "--stdout", "--dialect", "tnt4py"])
            .write_stdin("a\nb\n"),
    );
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(
        done.stdout,
        "{\"operation\":\"jkool\",\"type\":\"EVENT\",\"msg-text\":\"a\"}\n\
         {\"operation\":\"jkool\",\"type\":\"EVENT\",\"msg-text\":\"b\"}\n"
    );
}

/// However much there is to read, what waits is bounded: the input is left where it is.
#[test]
fn reading_does_not_run_ahead_of_sending() {
    // A far end that takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut child = running_jkool()
        .args(["stream", "--https", TOKEN, "--url", &url])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let written = Arc::new(AtomicU64::new(0));
    let writing = std::thread::spawn({
        let written = Arc::clone(&written);
        move || {
            let line = format!("{}\n", "x".repeat(999));
            while stdin.write_all(line.as_bytes()).is_ok() {
                written.fetch_add(1_000, Ordering::Relaxed);
            }
        }
    });
    let deadline = Instant::now() + DEADLINE;
    let (mut seen, mut since) = (0, Instant::now());
    while since.elapsed() < Duration::from_millis(500) || seen == 0 {
        assert!(Instant::now() < deadline, "reading does not stop");
        std::thread::sleep(Duration::from_millis(10)); // poll: until nothing is read for half a second
        let now = written.load(Ordering::Relaxed);
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    writing.join().unwrap();
    assert!((4 << 20..16 << 20).contains(&seen), "{seen} bytes were read");
}

#[test]
fn contradictions_are_told() {
    run(["stream", "--tracking-id", "x", "--stdout"]).assert_failed(2, &["--tracking-id names one event"]);
    run(["stream", "--url", "mqtt://localhost", "--framing", "ndjson"])
        .assert_failed(2, &["--framing is for HTTP"]);
    run(["stream", "--in-flight", "0"]).assert_failed(2, &["1 to 10000"]);
    run(["stream", "--stdout", "--json"]).assert_failed(2, &["--json"]);
    run(["stream", "--format", "xml"]).assert_failed(2, &["text, event"]);
}
