//! Events that do not arrive: each failure has its exit code, and one line that says what to do.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use jkool_collector::Collector;

use crate::command::{TOKEN, finish, jkool, run};
use crate::far_end::FarEnd;

#[test]
fn a_wrong_token_is_refused_at_once() {
    let far_end = FarEnd::with(Collector::builder().token("another"));
    for command in ["send", "check"] {
        let began = Instant::now();
        let message = (command == "send").then_some("m");
        let arguments = [command]
            .into_iter()
            .chain(message)
            .chain(["--https", TOKEN, "--url"]);
        let url = far_end.url();
        run(arguments.chain([url.as_str()])).assert_failed(3, &[&url, "token"]);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    assert_eq!(far_end.stats().accepted, 0);
}

#[test]
fn a_wrong_token_is_refused_in_the_handshake_too() {
    let far_end = FarEnd::with(Collector::builder().token("another"));
    run(["m", "--https", TOKEN, "--url", &far_end.url(), "--handshake"]).assert_failed(3, &["token"]);
}

#[test]
fn a_dead_port_is_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    run(["m", "--https", TOKEN, "--url", &url, "--timeout", "0.3"]).assert_failed(4, &[&url, "refused"]);
    run(["check", "--https", TOKEN, "--url", &url, "--timeout", "0.3"]).assert_failed(4, &[&url, "refused"]);
}

/// Within the time-out it is tried again.
#[test]
fn a_far_end_that_comes_up_in_time_gets_the_event() {
    let far_end = FarEnd::start();
    let port = far_end.port();
    drop(far_end);
    let url = format!("http://127.0.0.1:{port}");
    let sending = std::thread::spawn(move || run(["m", "--https", TOKEN, "--url", &url, "--timeout", "20"]));
    let mut listener = None;
    let deadline = Instant::now() + Duration::from_secs(10);
    while listener.is_none() && Instant::now() < deadline {
        listener = TcpListener::bind(("127.0.0.1", port)).ok();
    }
    let listener = listener.unwrap();
    let (mut connection, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    while !String::from_utf8_lossy(&request).contains("\"msg-text\":\"m\"") {
        let read = connection.read(&mut bytes).unwrap();
        assert!(read > 0);
        request.extend_from_slice(&bytes[..read]);
    }
    connection
        .write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    sending.join().unwrap().assert_quiet_success();
}

#[test]
fn a_silent_far_end_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let began = Instant::now();
    run(["m", "--https", TOKEN, "--url", &url, "--timeout", "0.5"]).assert_failed(4, &["not delivered"]);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn an_unknown_host_name_leads_to_the_url() {
    let unknown = "https://no-such-host.invalid";
    run(["m", "--https", TOKEN, "--url", unknown, "--timeout", "1"])
        .assert_failed(4, &["no-such-host.invalid"]);
}

/// Whoever resolves it, the default of old does not answer for ever; then today's address is named.
#[test]
fn a_default_url_that_does_not_resolve_names_todays() {
    let done = run(["m", "--https", TOKEN, "--timeout", "1"]);
    assert_ne!(done.code, 0, "{done:?}");
    if done.stderr.contains("resolve") {
        done.assert_failed(4, &["data.jkoolcloud.com", "https://stream.meshiq.com", "--url"]);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut bytes = [0; 8192];
        let _ = connection.read(&mut bytes).unwrap();
        let answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n";
        connection.write_all(answer).unwrap();
    });
    run(["m", "--https", TOKEN, "--url", &url]).assert_failed(1, &["302"]);
    answering.join().unwrap();
}

#[test]
fn plain_http_to_another_machine_needs_permission() {
    let done = run(["m", "--https", TOKEN, "--url", "http://198.51.100.1"]);
    done.assert_failed(2, &["http://198.51.100.1", "use https", "--allow-plaintext"]);
}

#[test]
fn an_invalid_event_is_not_sent() {
    let far_end = FarEnd::start();
    let url = far_end.url();
    let times = ["--start-time-usec", "2000", "--end-time-usec", "1000"];
    run(["m", "--https", TOKEN, "--url", &url].into_iter().chain(times)).assert_failed(2, &["end-time-usec"]);
    assert_eq!(far_end.stats().requests, 0);
}

#[test]
fn a_message_that_is_too_long_is_not_sent() {
    let far_end = FarEnd::start();
    let url = far_end.url();
    for (size, part) in [(2 << 20, "bytes"), ((16 << 20) + 1, "16777216 bytes")] {
        let mut command = jkool();
        command
            .args(["-", "--https", TOKEN, "--url", &url])
            .write_stdin("x".repeat(size));
        finish(&mut command).assert_failed(2, &[part]);
    }
    assert_eq!(far_end.stats().requests, 0);
}

#[test]
fn a_closed_standard_error_changes_no_exit_code() {
    let status = crate::command::running_jkool()
        .args(["m", "--https", TOKEN, "--url", "nonsense"])
        .stderr(closed())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_closed_standard_output_is_success() {
    for arguments in [
        &["m", "--stdout"][..],
        &["--help"],
        &["man"],
        &["completions", "bash"],
        &["demo"],
    ] {
        let output = crate::command::running_jkool()
            .args(arguments)
            .stdout(closed())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

/// The writing end of a pipe that nobody reads.
fn closed() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}

#[test]
fn backtraces_are_for_developers() {
    let done = finish(
        jkool()
            .args(["m", "--https", TOKEN, "--url", "nonsense"])
            .env("RUST_BACKTRACE", "full"),
    );
    done.assert_failed(2, &["nonsense"]);
}
