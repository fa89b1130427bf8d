//! Ctrl-C and SIGTERM in mid-stream: what was read is delivered, and the exit status says what happened.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{DEADLINE, TOKEN, running_jkool};
use crate::far_end::FarEnd;

struct Streaming {
    child: Child,
    _stdin: ChildStdin,
    stderr: BufReader<ChildStderr>,
}

impl Streaming {
    /// Streams two lines; more may follow, but never do.
    fn to(url: &str) -> Self {
        let mut child = running_jkool()
            .args(["stream", "--https", TOKEN, "--url", url])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        stdin.write_all(b"one\ntwo\n").unwrap();
        Self {
            child,
            _stdin: stdin,
            stderr,
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    fn code(&mut self) -> Option<i32> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "jkool stream does not end");
            std::thread::sleep(Duration::from_millis(5)); // poll: until the process ends
        }
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_was_read_is_delivered() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let far_end = FarEnd::start();
        let mut streaming = Streaming::to(&far_end.url());
        far_end.received(2);
        streaming.signal(signal);
        let line = streaming.line();
        assert!(
            line.starts_with("jkool: 2 events in ") && line.ends_with(": 2 delivered\n"),
            "{line}"
        );
        assert_eq!(streaming.code(), Some(code));
    }
}

#[test]
fn a_second_signal_ends_at_once_and_tells_what_is_left() {
    // It takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut streaming = Streaming::to(&url);
    // Two requests are under way, so both lines were read.
    let _connections = [silent.accept().unwrap(), silent.accept().unwrap()];
    let began = Instant::now();
    streaming.signal("-TERM");
    let line = streaming.line();
    assert!(
        line.starts_with("jkool: ending; delivering what was read"),
        "{line}"
    );
    streaming.signal("-TERM");
    let line = streaming.line();
    assert!(line.ends_with(": 2 not delivered\n"), "{line}");
    assert_eq!(streaming.code(), Some(143));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}
