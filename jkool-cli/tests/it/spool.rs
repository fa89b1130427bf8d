//! `--spool`: what is not delivered is kept, and delivered later.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use crate::command::{DEADLINE, Finished, TOKEN, finish, jkool, run, running_jkool};
use crate::far_end::FarEnd;

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:1";

fn path(dir: &Path) -> &str {
    dir.to_str().unwrap()
}

fn status(dir: &Path) -> Value {
    let done = run(["spool", "status", path(dir), "--json"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
    serde_json::from_str(&done.stdout).unwrap()
}

fn drain(dir: &Path, url: &str) -> Finished {
    run([
        "spool",
        "drain",
        path(dir),
        "--https",
        TOKEN,
        "--url",
        url,
        "--timeout",
        "5",
    ])
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(std::time::Duration::from_millis(20)); // poll: for what the caller waits for
    }
}

#[test]
fn an_event_that_cannot_be_delivered_is_kept_and_drained() {
    let dir = tempfile::tempdir().unwrap();
    let spool = dir.path().join("spool");
    for (index, mode) in ["overflow", "write-ahead"].into_iter().enumerate() {
        let done = run([
            "send",
            "Your message",
            "--https",
            TOKEN,
            "--url",
            NOWHERE,
            "--timeout",
            "0.3",
            "--spool",
            path(&spool),
            "--spool-mode",
            mode,
        ]);
        assert_eq!(done.code, 4, "{done:?}");
        assert!(done.stderr.contains("not delivered, but kept in "), "{done:?}");
        assert_eq!(status(&spool)["events"], index + 1);
    }
    let text = run(["spool", "status", path(&spool)]);
    assert!(
        text.stdout.contains("2 events") && text.stdout.contains("slot 00: 2 events"),
        "{text:?}"
    );
    let far_end = FarEnd::start();
    let done = drain(&spool, &far_end.url());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stderr.starts_with("jkool: 2 events delivered in "),
        "{done:?}"
    );
    assert_eq!(far_end.received(2).len(), 2);
    assert_eq!(status(&spool)["events"], 0);
    let again = drain(&spool, &far_end.url());
    assert!(
        again.code == 0 && again.stderr.starts_with("jkool: 0 events delivered"),
        "{again:?}"
    );
}

#[test]
fn the_next_event_takes_along_what_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let far_end = FarEnd::start();
    let common = ["--https", TOKEN, "--timeout", "2", "--spool", path(dir.path())];
    assert_eq!(
        run(["send", "first", "--url", NOWHERE].into_iter().chain(common)).code,
        4
    );
    let url = far_end.url();
    assert_eq!(
        run(["send", "second", "--url", &url].into_iter().chain(common)).code,
        0
    );
    for text in ["first", "second"] {
        assert!(
            far_end
                .received(2)
                .iter()
                .any(|received| received.body().contains(text)),
            "{text}"
        );
    }
    assert_eq!(status(dir.path())["events"], 0);
}

#[test]
fn a_refused_token_leaves_the_lines_in_the_spool() {
    let dir = tempfile::tempdir().unwrap();
    let far_end = FarEnd::start();
    let url = far_end.url();
    let done = finish(
        jkool()
            .args([
                "stream",
                "--https",
                "wrong",
                "--url",
                &url,
                "--spool",
                path(dir.path()),
            ])
            .args(["--spool-mode", "write-ahead"])
            .write_stdin("one\ntwo\nthree\n"),
    );
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("3 kept in the spool"), "{done:?}");
    assert_eq!(status(dir.path())["events"], 3);
    assert_eq!(drain(dir.path(), &url).code, 0);
    let bodies = far_end.received(3);
    for text in ["one", "two", "three"] {
        let holds = |received: &jkool_collector::Received| received.body().contains(&format!("\"{text}\""));
        assert_eq!(
            bodies.iter().filter(|received| holds(received)).count(),
            1,
            "{text}"
        );
    }
}

#[test]
fn lines_written_ahead_survive_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = running_jkool()
        .args([
            "stream",
            "--https",
            TOKEN,
            "--url",
            NOWHERE,
            "--spool",
            path(dir.path()),
        ])
        .args(["--spool-mode", "write-ahead"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for number in 0..100 {
        writeln!(stdin, "line {number}").unwrap();
    }
    stdin.flush().unwrap();
    let start = Instant::now();
    wait_until("a hundred lines are stored", || {
        status(dir.path())["events"] == 100
    });
    assert!(status(dir.path())["slots"][0]["in_use"].as_bool().unwrap());
    assert!(start.elapsed().as_secs() < 10);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    let far_end = FarEnd::start();
    assert_eq!(drain(dir.path(), &far_end.url()).code, 0);
    assert_eq!(far_end.received(100).len(), 100);
}

#[test]
fn a_drain_that_gets_nowhere_ends_and_leaves_all_where_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let kept = run([
        "send",
        "x",
        "--https",
        TOKEN,
        "--url",
        NOWHERE,
        "--timeout",
        "0.2",
        "--spool",
        path(dir.path()),
    ]);
    assert_eq!(kept.code, 4, "{kept:?}");
    let done = run([
        "spool",
        "drain",
        path(dir.path()),
        "--https",
        TOKEN,
        "--url",
        NOWHERE,
        "--timeout",
        "0.5",
    ]);
    assert_eq!(done.code, 4, "{done:?}");
    assert!(done.stderr.contains("gave up"), "{done:?}");
    assert_eq!(status(dir.path())["events"], 1);
}

#[test]
fn a_directory_that_is_not_there_is_told() {
    let done = run(["spool", "status", "/no/such/spool"]);
    assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{done:?}");
    assert!(done.stderr.contains("/no/such/spool"), "{done:?}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let done = run([
        "send",
        "x",
        "--https",
        TOKEN,
        "--url",
        NOWHERE,
        "--spool",
        path(&file),
    ]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("a-file: not a directory"), "{done:?}");
    let mode_alone = run(["send", "x", "--spool-mode", "overflow", "--https", TOKEN]);
    assert_eq!(mode_alone.code, 2, "{mode_alone:?}");
}

/// Starts it with a disk on which no file can be larger than a few hundred kilobytes.
#[cfg(unix)]
fn on_a_small_disk(arguments: &[&str]) -> std::process::Command {
    let jkool = running_jkool();
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -f 400; exec \"$0\" \"$@\""])
        .arg(jkool.get_program())
        .args(arguments);
    for (name, value) in jkool.get_envs() {
        assert!(value.is_none());
        command.env_remove(name);
    }
    command
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_survived_and_loses_nothing() {
    const LINES: u64 = 2_000;
    let dir = tempfile::tempdir().unwrap();
    let far_end = FarEnd::start();
    let lines = dir.path().join("lines");
    let text: String = (0..LINES).map(|number| format!("line {number}\n")).collect();
    std::fs::write(&lines, text).unwrap();
    let spool = dir.path().join("spool");
    let (url, lines) = (far_end.url(), path(&lines));
    let arguments = [
        "stream",
        lines,
        "--https",
        TOKEN,
        "--url",
        &url,
        "--spool",
        path(&spool),
    ];
    let done = on_a_small_disk(&arguments)
        .args(["--spool-mode", "write-ahead"])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let bodies = far_end.received(LINES);
    assert_eq!(bodies.len() as u64, LINES, "once each");
}

#[cfg(unix)]
#[test]
fn that_nothing_more_can_be_kept_is_told() {
    use std::io::{BufRead, BufReader};

    let dir = tempfile::tempdir().unwrap();
    let mut child = on_a_small_disk(&[
        "stream",
        "--https",
        TOKEN,
        "--url",
        NOWHERE,
        "--spool",
        path(dir.path()),
    ])
    .stdin(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // Until nobody reads any more.
        while stdin
            .write_all(&[b"a long line ".repeat(100), b"\n".to_vec()].concat())
            .is_ok()
        {}
    });
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let is_it = |line: &String| line.contains("no room left") && line.contains("is read later");
        let _ = tell.send(lines.map_while(Result::ok).any(|line| is_it(&line)));
    });
    let told = told.recv_timeout(DEADLINE);
    child.kill().unwrap();
    child.wait().unwrap();
    writer.join().unwrap();
    assert_eq!(told, Ok(true), "not a word");
}
