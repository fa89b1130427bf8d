//! A mosquitto of our own, with a subscriber to everything, and a gate that clients go through.
//!
//! Subscribers miss what a broker takes before they are back. So the gate lets clients in only while the subscriber
//! listens: what it has not seen, no client has had confirmed.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a broker that does not start fails its test, and left-out tests say so"
)]

use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::mqtt_wire::Subscriber;
use crate::PATIENCE;

/// Between two looks.
const TICK: Duration = Duration::from_millis(2);

pub(crate) struct Mosquitto {
    child: Option<Child>,
    folder: TempDir,
    gate_port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Where the gate leads to; 0 while it is closed.
    open_to: AtomicU16,
    is_over: AtomicBool,
    bodies: Mutex<Vec<Vec<u8>>>,
}

impl Mosquitto {
    /// Starts a broker, or gives `None` if the environment asks to leave these tests out.
    pub(crate) fn start() -> Option<Self> {
        if std::env::var_os("JKOOL_SKIP_MOSQUITTO").is_some_and(|value| value == "1") {
            eprintln!("left out, since JKOOL_SKIP_MOSQUITTO=1");
            return None;
        }
        let gate = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut mosquitto = Self {
            child: None,
            folder: tempfile::Builder::new()
                .prefix("jkool-mosquitto-")
                .tempdir()
                .unwrap(),
            gate_port: gate.local_addr().unwrap().port(),
            shared: Arc::default(),
        };
        let shared = Arc::clone(&mosquitto.shared);
        std::thread::spawn(move || keep_gate(&gate, &shared));
        mosquitto.restart();
        Some(mosquitto)
    }

    /// Where clients go.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.gate_port)
    }

    /// What the broker has passed on, in order.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.shared.bodies.lock().unwrap().clone()
    }

    /// Waits until so many messages have been passed on.
    pub(crate) fn wait_for(&self, messages: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let passed_on = self.shared.bodies.lock().unwrap().len();
            if passed_on >= messages {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "of {messages} messages {passed_on} came"
            );
            std::thread::sleep(TICK); // poll: for messages
        }
    }

    /// Ends the broker at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.shared.open_to.store(0, Ordering::Relaxed);
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again, and opens the gate once the subscriber is there.
    pub(crate) fn restart(&mut self) {
        // Another process may take a port between our look and mosquitto's.
        for _ in 0..5 {
            let port = free_port();
            let mut child = launch(self.folder.path(), port);
            if let Some(subscriber) = subscribe(&mut child, port) {
                self.child = Some(child);
                let shared = Arc::clone(&self.shared);
                std::thread::spawn(move || listen(subscriber, &shared));
                self.shared.open_to.store(port, Ordering::Relaxed);
                return;
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        let log = std::fs::read_to_string(self.folder.path().join("log"));
        panic!("mosquitto does not start: {log:?}");
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Wakes the gate.
        drop(TcpStream::connect(("127.0.0.1", self.gate_port)));
    }
}

fn launch(folder: &Path, port: u16) -> Child {
    // The subscriber must miss nothing: no limit on what may wait for it. `user` keeps a broker started by root able
    // to write its log.
    let config = format!(
        "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n\
         max_queued_messages 0\nmax_inflight_messages 0\n"
    );
    std::fs::write(folder.join("mosquitto.conf"), config).unwrap();
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    Command::new(program())
        .arg("-c")
        .arg(folder.join("mosquitto.conf"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian and Homebrew put the broker where not everyone's PATH leads.
    let more = [
        "/usr/sbin",
        "/usr/local/sbin",
        "/opt/homebrew/sbin",
        "/opt/homebrew/bin",
    ];
    std::env::split_paths(&path)
        .chain(more.iter().map(PathBuf::from))
        .map(|folder| folder.join(format!("mosquitto{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
        .expect(
            "mosquitto is not installed, and these tests need it: `apt-get install mosquitto` or \
             `brew install mosquitto`, or set JKOOL_SKIP_MOSQUITTO=1 to leave them out",
        )
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Subscribes as soon as the broker answers; `None` if it has ended instead.
fn subscribe(child: &mut Child, port: u16) -> Option<Subscriber> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline && child.try_wait().unwrap().is_none() {
        if let Ok(subscriber) = Subscriber::connect(port) {
            return Some(subscriber);
        }
        std::thread::sleep(TICK); // poll: until the broker answers
    }
    None
}

/// Notes what comes, until the broker dies.
fn listen(mut subscriber: Subscriber, shared: &Shared) {
    while let Ok(body) = subscriber.next() {
        shared.bodies.lock().unwrap().push(body);
    }
}

/// Leads clients to the broker, or turns them away at the door.
fn keep_gate(gate: &TcpListener, shared: &Shared) {
    for client in gate.incoming() {
        if shared.is_over.load(Ordering::Relaxed) {
            return;
        }
        let (client, port) = (client.unwrap(), shared.open_to.load(Ordering::Relaxed));
        if port == 0 {
            continue;
        }
        // The broker may die at any moment.
        let Ok(broker) = TcpStream::connect(("127.0.0.1", port)) else {
            continue;
        };
        for (from, to) in [(&client, &broker), (&broker, &client)] {
            let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }
}
