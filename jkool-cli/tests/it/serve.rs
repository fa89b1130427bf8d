//! `jkool serve`: what arrives is shown until it is told to end.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{DEADLINE, TOKEN, finish, jkool, run, running_jkool};

pub(crate) struct Serving {
    child: Child,
    url: String,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: BufReader<ChildStderr>,
}

impl Serving {
    pub(crate) fn start<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::spawn(
            running_jkool()
                .args(["serve", "--listen", "127.0.0.1:0"])
                .args(arguments),
        )
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().map(BufReader::new);
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (mut greeting, mut example) = (String::new(), String::new());
        stderr.read_line(&mut greeting).unwrap();
        stderr.read_line(&mut example).unwrap();
        let url = greeting
            .split_whitespace()
            .find(|word| word.starts_with("http"))
            .unwrap();
        let url = url.trim_end_matches(';').to_owned();
        assert!(
            example.contains(&format!("jkool send \"Your message\" --url {url} --https")),
            "{example}"
        );
        assert!(!example.contains("c4nary"));
        Self {
            child,
            url,
            stdout,
            stderr,
        }
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The next line on standard error.
    pub(crate) fn note(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    /// Asks it to end, and returns its exit code and its last words.
    pub(crate) fn terminate(self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.end()
    }

    fn end(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "jkool serve does not end");
            std::thread::sleep(Duration::from_millis(5)); // poll: until the process ends
        };
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (status.code(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn send(url: &str, arguments: &[&str]) {
    run(["send", "--https", TOKEN, "--url", url]
        .into_iter()
        .chain(arguments.iter().copied()))
    .assert_quiet_success();
}

#[test]
fn readable_lines_and_the_counts_at_the_end() {
    let mut serving = Serving::start([]);
    let fixed = ["--time-usec", "1457524800123456", "--corr-id", "c"];
    send(&serving.url, &[&["hello\n\u{1b}[31mworld"][..], &fixed].concat());
    assert_eq!(
        serving.line(),
        "12:00:00.123Z INFO     event    jkool          hello\\n\\u{1b}[31mworld corr=c\n"
    );
    send(&serving.url, &["again"]);
    assert!(
        serving
            .line()
            .ends_with(" INFO     event    jkool          again\n")
    );
    let (code, rest) = serving.terminate();
    assert_eq!(
        (code, rest.as_str()),
        (Some(0), "jkool: received 2 entities: 2 events\n")
    );
}

#[test]
fn json_as_it_was_sent_and_the_output_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let mut serving = Serving::start(["--json", "--output", path.to_str().unwrap()]);
    send(&serving.url, &["m", "--dialect", "tnt4py"]);
    let line = "{\"operation\":\"jkool\",\"type\":\"EVENT\",\"msg-text\":\"m\"}\n";
    assert_eq!(serving.line(), line);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), line);
    assert_eq!(serving.terminate().0, Some(0));
}

#[test]
fn a_token_is_demanded_and_never_shown() {
    for (option, variable) in [(TOKEN, None), ("-", Some(TOKEN))] {
        let mut command = running_jkool();
        command.args(["serve", "--listen", "127.0.0.1:0", "--token", option]);
        command.envs(variable.map(|token| ("JKOOL_TOKEN", token)));
        let mut serving = Serving::spawn(&mut command);
        run(["send", "m", "--https", "wrong", "--url", &serving.url]).assert_failed(3, &["token"]);
        send(&serving.url, &["m"]);
        assert!(serving.line().contains(" m"));
        let (code, rest) = serving.terminate();
        assert_eq!(code, Some(0));
        assert_eq!(rest, "jkool: received 1 entity: 1 event; refused 1 request\n");
    }
    finish(jkool().args(["serve", "--token", "-"])).assert_failed(2, &["JKOOL_TOKEN"]);
}

#[test]
fn https_with_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let serving = Serving::start(["--cert", cert, "--key", key]);
    assert!(serving.url.starts_with("https://"), "{}", serving.url);
    run(["m", "--https", TOKEN, "--url", &serving.url]).assert_failed(4, &["certificate"]);
    assert_eq!(serving.terminate().0, Some(0));
    run(["serve", "--cert", key, "--key", key]).assert_failed(2, &["CERTIFICATE"]);
    run(["serve", "--cert", "/no/such/file", "--key", key]).assert_failed(2, &["/no/such/file"]);
}

#[test]
fn ends_when_nobody_reads_any_more() {
    let mut serving = Serving::start([]);
    drop(serving.stdout.take());
    send(&serving.url, &["m"]);
    let (code, rest) = serving.end();
    assert_eq!(
        (code, rest.as_str()),
        (Some(0), "jkool: received 1 entity: 1 event\n")
    );
}

#[test]
fn a_taken_port_is_told() {
    let serving = Serving::start([]);
    let address = serving.url.trim_start_matches("http://");
    run(["serve", "--listen", address]).assert_failed(1, &["cannot listen", address]);
    run(["serve", "--listen", "nonsense"]).assert_failed(1, &["cannot listen on nonsense", "HOST:PORT"]);
}
