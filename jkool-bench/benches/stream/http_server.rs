//! A server that reads requests and says 202 to each: as little as a far end can do.

use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// The variable that makes this program the server; its value is the file to write the port to.
pub(crate) const ROLE: &str = "JKOOL_BENCH_HTTP_SERVER";

const ANSWER: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

/// The server in a process of its own.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let file = std::env::temp_dir().join(format!("jkool-bench-{}.port", std::process::id()));
        let child = Command::new(std::env::current_exe()?).env(ROLE, &file).spawn()?;
        let mut server = Self { child, port: 0 };
        let deadline = Instant::now() + Duration::from_secs(10);
        while server.port == 0 {
            if Instant::now() > deadline {
                return Err("the server does not start".into());
            }
            std::thread::sleep(Duration::from_millis(5)); // poll: until the server has told its port
            server.port = std::fs::read_to_string(&file)
                .ok()
                .and_then(|text| text.strip_suffix('\n')?.parse().ok())
                .unwrap_or(0);
        }
        std::fs::remove_file(&file)?;
        Ok(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is lost if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until it is killed.
pub(crate) fn serve(port_file: &Path) -> Outcome<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        std::fs::write(port_file, format!("{}\n", listener.local_addr()?.port()))?;
        loop {
            let (connection, _) = listener.accept().await?;
            connection.set_nodelay(true)?;
            tokio::spawn(answer_all(connection));
        }
    })
}

async fn answer_all(mut connection: TcpStream) -> Outcome<()> {
    let mut buffer = vec![0; 256 << 10];
    let mut filled = 0;
    loop {
        let Some(head) = find(&buffer[..filled], b"\r\n\r\n") else {
            filled += match connection.read(&mut buffer[filled..]).await? {
                0 => return Ok(()),
                read => read,
            };
            continue;
        };
        let mut body = content_length(&buffer[..head])?;
        let begun = filled - (head + 4);
        if begun > body {
            // The next request has come with this one.
            buffer.copy_within(head + 4 + body..filled, 0);
            filled = begun - body;
        } else {
            body -= begun;
            filled = 0;
            while body > 0 {
                let most = body.min(buffer.len());
                match connection.read(&mut buffer[..most]).await? {
                    0 => return Ok(()),
                    read => body -= read,
                }
            }
        }
        connection.write_all(ANSWER).await?;
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn content_length(head: &[u8]) -> Outcome<usize> {
    let head = std::str::from_utf8(head)?;
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then_some(value.trim())
    });
    Ok(value.ok_or("a request without a length")?.parse()?)
}
