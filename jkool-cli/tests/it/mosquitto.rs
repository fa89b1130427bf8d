//! A mosquitto of our own: a child process on loopback ports, with its files in a temporary folder.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::certificates::Certificates;
use crate::command::DEADLINE;

/// What the listener under test asks of its clients. The audience connects elsewhere, and needs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Password,
    ClientCertificate,
}

pub(crate) struct Mosquitto {
    child: Child,
    folder: TempDir,
    port: u16,
    open_port: u16,
}

impl Mosquitto {
    pub(crate) const USER: &'static str = "user";
    pub(crate) const PASSWORD: &'static str = "c4nary password äß";

    /// Starts a broker, or gives `None` if the environment asks to leave these tests out.
    pub(crate) fn start(door: Door) -> Option<Self> {
        if std::env::var_os("JKOOL_SKIP_MOSQUITTO").is_some_and(|value| value == "1") {
            eprintln!("left out, since JKOOL_SKIP_MOSQUITTO=1");
            return None;
        }
        let folder = tempfile::Builder::new()
            .prefix("jkool-mosquitto-")
            .tempdir()
            .unwrap();
        let certificates = (door == Door::ClientCertificate).then(Certificates::generate);
        // Another process may take a port between our look and mosquitto's.
        for _ in 0..5 {
            let (port, open_port) = (free_port(), free_port());
            write_files(folder.path(), door, port, open_port, certificates.as_ref());
            if let Some(child) = launch(folder.path(), &[port, open_port]) {
                return Some(Self {
                    child,
                    folder,
                    port,
                    open_port,
                });
            }
        }
        panic!("mosquitto does not start: {}", log(folder.path()));
    }

    /// The address of the listener under test, by a name that its certificate has.
    pub(crate) fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The port that lets everybody in.
    pub(crate) fn open_port(&self) -> u16 {
        self.open_port
    }

    /// One of `ca.pem`, `client.pem` and `client.key`.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Ends the broker at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same ports.
    pub(crate) fn restart(&mut self) {
        self.child = launch(self.folder.path(), &[self.port, self.open_port])
            .unwrap_or_else(|| panic!("mosquitto does not restart: {}", log(self.folder.path())));
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn launch(folder: &Path, ports: &[u16]) -> Option<Child> {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let mut child = Command::new(program("mosquitto"))
        .arg("-c")
        .arg(folder.join("mosquitto.conf"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let deadline = Instant::now() + DEADLINE;
    while Instant::now() < deadline {
        let answers = ports
            .iter()
            .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok());
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        if answers {
            return Some(child);
        }
        std::thread::sleep(Duration::from_millis(2)); // poll: until both listeners answer
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn write_files(folder: &Path, door: Door, port: u16, open_port: u16, certificates: Option<&Certificates>) {
    let file = |name: &str| folder.join(name).display().to_string().replace('\\', "/");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    if let Some(certificates) = certificates {
        write("ca.pem", &certificates.ca);
        write("server.pem", &certificates.server.0);
        write("server.key", &certificates.server.1);
        write("client.pem", &certificates.client.0);
        write("client.key", &certificates.client.1);
    }
    let rules = match door {
        Door::Open => "allow_anonymous true\n".to_owned(),
        Door::Password => {
            write("passwords", "");
            let status = Command::new(program("mosquitto_passwd"))
                .args(["-b", &file("passwords"), Mosquitto::USER, Mosquitto::PASSWORD])
                .status()
                .unwrap();
            assert!(status.success());
            format!("allow_anonymous false\npassword_file {}\n", file("passwords"))
        }
        Door::ClientCertificate => format!(
            "allow_anonymous true\nrequire_certificate true\ncafile {}\ncertfile {}\nkeyfile {}\n",
            file("ca.pem"),
            file("server.pem"),
            file("server.key")
        ),
    };
    // The audience must miss nothing: no limit on what may wait for it. `user` keeps a broker started by root able to
    // read its files.
    let text = format!(
        "per_listener_settings true\n\
         max_queued_messages 0\nmax_inflight_messages 0\npersistence false\nuser root\n\
         listener {open_port} 127.0.0.1\nallow_anonymous true\n\
         listener {port} 127.0.0.1\n{rules}"
    );
    write("mosquitto.conf", &text);
}

fn program(name: &str) -> PathBuf {
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
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{name} is not installed, and these tests need it: `apt-get install mosquitto` or \
                 `brew install mosquitto`, or set JKOOL_SKIP_MOSQUITTO=1 to leave them out"
            )
        })
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}
