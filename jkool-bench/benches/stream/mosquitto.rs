//! mosquitto in a process of its own, which nobody subscribes to.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

pub(crate) struct Mosquitto {
    child: Child,
    folder: PathBuf,
    pub(crate) port: u16,
}

impl Mosquitto {
    pub(crate) fn start() -> Outcome<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("jkool-bench-stream-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("mosquitto.conf");
        std::fs::write(
            &file,
            format!("listener {port} 127.0.0.1\nallow_anonymous true\nlog_type none\n"),
        )?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin")])
            .map(|folder| folder.join("mosquitto"))
            .find(|file| file.is_file())
            .ok_or("mosquitto is not installed: `apt-get install mosquitto` or `brew install mosquitto`")?;
        let child = Command::new(program)
            .arg("-c")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mosquitto = Self { child, folder, port };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline {
                return Err("mosquitto does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(5)); // poll: until mosquitto answers
        }
        Ok(mosquitto)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // Nothing is lost if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
