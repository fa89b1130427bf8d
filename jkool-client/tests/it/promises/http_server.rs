//! An HTTP server that answers as badly as it is told, on threads of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is reset as soon as the request arrives, unread.
    CloseBeforeRead,
    /// The request is read, and then the connection is closed without an answer.
    CloseAfterRead,
    /// 500
    Broken,
    /// 429 with `Retry-After: 1`
    Busy,
    /// No answer ever comes.
    Stall,
    /// The connection is closed in the middle of the answer: in its head, or in its body.
    HalfAnswer,
    /// The answer is good, but its body comes byte by byte.
    SlowBody,
    /// This status, with everything that the client has sent in the answer, in its head too.
    Echo(u16),
}

impl Fault {
    /// Whether the client cannot know if the request took effect.
    pub(crate) fn leaves_doubt(self) -> bool {
        matches!(self, Self::CloseAfterRead | Self::Stall | Self::HalfAnswer)
    }
}

/// A server on a free port of the loopback interface.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type Plan = Box<dyn Fn(usize) -> Option<Fault> + Send + Sync>;

struct Shared {
    plan: Plan,
    is_healed: AtomicBool,
    is_over: AtomicBool,
    requests: AtomicUsize,
    connections: AtomicUsize,
    faults: Mutex<Vec<(Fault, Instant)>>,
    arrivals: Mutex<Vec<(String, Instant)>>,
    last_head: Mutex<String>,
}

impl Server {
    /// Asks `plan` what goes wrong with each request, counted from 1.
    pub(crate) fn start(plan: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            plan: Box::new(plan),
            is_healed: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            requests: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            faults: Mutex::default(),
            arrivals: Mutex::default(),
            last_head: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if accepting.is_over.load(Ordering::Relaxed) {
                    return;
                }
                accepting.connections.fetch_add(1, Ordering::Relaxed);
                let (shared, connection) = (Arc::clone(&accepting), connection.unwrap());
                // A client that goes away ends its thread with an error, which is nobody's concern.
                std::thread::spawn(move || drop(serve(&shared, connection)));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.shared.is_healed.store(true, Ordering::Relaxed);
    }

    /// What took effect, in the order in which it did.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let arrivals = self.shared.arrivals.lock().unwrap();
        arrivals.iter().map(|(body, _)| body.clone()).collect()
    }

    /// The head of the last request, as it was sent.
    pub(crate) fn last_head(&self) -> String {
        self.shared.last_head.lock().unwrap().clone()
    }

    /// When something took effect.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.shared
            .arrivals
            .lock()
            .unwrap()
            .iter()
            .map(|(_, at)| *at)
            .collect()
    }

    /// What went wrong, and when.
    pub(crate) fn faults(&self) -> Vec<(Fault, Instant)> {
        self.shared.faults.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn next_fault(&self) -> Option<Fault> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let fault = (self.plan)(number).filter(|_| !self.is_healed.load(Ordering::Relaxed));
        if let Some(fault) = fault {
            self.faults.lock().unwrap().push((fault, Instant::now()));
        }
        fault
    }

    fn take(&self, body: &str) {
        let now = Instant::now();
        let records = body.lines().map(|line| (line.to_owned(), now));
        self.arrivals.lock().unwrap().extend(records);
    }
}

fn serve(shared: &Shared, connection: TcpStream) -> std::io::Result<()> {
    const TAKEN: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok";
    connection.set_nodelay(true)?;
    let mut output = connection.try_clone()?;
    let mut input = BufReader::new(connection);
    loop {
        // A request begins with its first byte: a connection that only waits is not spoilt.
        if input.fill_buf()?.is_empty() {
            return Ok(());
        }
        let fault = shared.next_fault();
        if fault == Some(Fault::CloseBeforeRead) {
            return Ok(());
        }
        let (head, body) = read_request(&mut input)?;
        shared.last_head.lock().unwrap().clone_from(&head);
        // In doubt, it may have taken effect or not: every other one has.
        let is_taken = match fault {
            None | Some(Fault::SlowBody) => true,
            Some(fault) => fault.leaves_doubt() && shared.faults.lock().unwrap().len().is_multiple_of(2),
        };
        if is_taken {
            shared.take(&body);
        }
        match fault {
            None => output.write_all(TAKEN)?,
            Some(Fault::CloseBeforeRead | Fault::CloseAfterRead) => return Ok(()),
            Some(Fault::Broken) => {
                output.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")?;
            }
            Some(Fault::Busy) => output.write_all(
                b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
            )?,
            Some(Fault::Stall) => {
                // Until the client goes.
                std::io::copy(&mut input, &mut std::io::sink())?;
                return Ok(());
            }
            Some(Fault::HalfAnswer) => {
                let half: &[u8] = if is_taken {
                    b"HTTP/1.1 202 Accepted\r\ncontent-le"
                } else {
                    b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nhalf of it"
                };
                return output.write_all(half);
            }
            Some(Fault::Echo(status)) => output.write_all(echo(status, &(head + &body)).as_bytes())?,
            Some(Fault::SlowBody) => {
                for byte in TAKEN.chunks(1) {
                    output.write_all(byte)?;
                    std::thread::sleep(Duration::from_millis(2)); // slow: the test is about a slow answer
                }
            }
        }
    }
}

/// An answer that repeats the request, as some servers do when they complain.
fn echo(status: u16, request: &str) -> String {
    let line = request
        .replace("\r\n", " ")
        .replace(|char: char| !char.is_ascii_graphic(), "+");
    format!(
        "HTTP/1.1 {status} {line}\r\nlocation: http://elsewhere.example/{line}\r\nx-echo: {line}\r\ncontent-length: {}\r\n\r\n{request}",
        request.len()
    )
}

/// Reads one request, and gives its head and its body.
fn read_request(input: &mut impl BufRead) -> std::io::Result<(String, String)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        head.push_str(&line);
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok((head, String::from_utf8(body).unwrap()))
}
