//! A scripted HTTP server: answers in, received requests out.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What the server does with the next request, or with the next connection.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Answers with these bytes.
    Raw(Vec<u8>),
    /// Answers with these bytes, then closes the connection.
    RawThenClose(Vec<u8>),
    /// Never answers.
    Stall,
    /// Resets the connection as soon as it is made.
    ResetConnection,
    /// Reads the request, then resets the connection.
    ResetAfterRequest,
}

impl Step {
    pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> Self {
        Self::Raw(answer(status, headers, body))
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A server on a free port of the loopback interface. Without a script it takes everything with 202.
pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
pub(crate) struct Shared {
    steps: VecDeque<Step>,
    requests: Vec<Received>,
    records: Vec<Bytes>,
    connections: usize,
    to_refuse: usize,
    offence: Option<String>,
    is_dark: bool,
}

impl Server {
    pub(crate) async fn plain(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::start(steps, None).await
    }

    pub(crate) async fn tls(acceptor: TlsAcceptor) -> Self {
        Self::start([], Some(acceptor)).await
    }

    async fn start(steps: impl IntoIterator<Item = Step>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared {
            steps: steps.into_iter().collect(),
            ..Shared::default()
        }));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let task = tokio::spawn(accept(listener, Arc::clone(&shared), tls));
        Self {
            address,
            scheme,
            shared,
            task,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.address.port())
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.lock().requests.clone()
    }

    /// The bodies of the records that were taken, in order.
    pub(crate) fn records(&self) -> Vec<Bytes> {
        self.lock().records.clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.lock().connections
    }

    pub(crate) fn script(&self, steps: impl IntoIterator<Item = Step>) {
        self.lock().steps.extend(steps);
    }

    /// Refuses the next requests with 400.
    pub(crate) fn refuse_next(&self, requests: usize) {
        self.lock().to_refuse = requests;
    }

    /// Refuses each request whose body has this text with 400.
    pub(crate) fn refuse_containing(&self, text: &str) {
        self.lock().offence = Some(text.to_owned());
    }

    /// While dark, connections and requests get no answer.
    pub(crate) fn go_dark(&self, is_dark: bool) {
        self.lock().is_dark = is_dark;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    /// Receives a request, and tells what to do.
    fn receive(&mut self, request: Received) -> Step {
        if self.is_dark {
            return Step::RawThenClose(Vec::new());
        }
        self.requests.push(request.clone());
        if let Some(step) = self.steps.pop_front() {
            return step;
        }
        if request.body.starts_with(b"<access-request>") {
            let grant = "<access-resp><success>true</success></access-resp>";
            return Step::answer(200, &[], grant);
        }
        if self.to_refuse > 0 {
            self.to_refuse -= 1;
            return Step::answer(400, &[], "told to refuse it");
        }
        if self
            .offence
            .as_ref()
            .is_some_and(|text| request.text().contains(text))
        {
            return Step::answer(400, &[], "offended");
        }
        if request.header("content-type") == Some("application/x-ndjson") {
            let lines = request.body.split(|byte| *byte == b'\n');
            self.records
                .extend(lines.filter(|line| !line.is_empty()).map(Bytes::copy_from_slice));
        } else {
            self.records.push(request.body);
        }
        Step::answer(202, &[], "")
    }
}

/// The bytes of an answer; the headers are whole lines.
pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Told\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// An address that refuses connections, and keeps refusing them as long as the socket lives.
pub(crate) fn refusing() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>, tls: Option<TlsAcceptor>) {
    // Connections end with the server, so that no test leaves a task behind.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        {
            let mut shared = shared.lock().unwrap();
            shared.connections += 1;
            if shared.is_dark {
                continue;
            }
            match shared.steps.front() {
                Some(Step::ResetConnection) => {
                    shared.steps.pop_front();
                    stream.set_zero_linger().unwrap();
                    continue;
                }
                Some(Step::ResetAfterRequest) => stream.set_zero_linger().unwrap(),
                _ => {}
            }
        }
        connections.spawn(async move {
            match tls {
                None => serve(stream, &shared).await,
                Some(tls) => serve_tls(stream, tls, &shared).await,
            }
        });
    }
}

async fn serve_tls(stream: TcpStream, tls: TlsAcceptor, shared: &Mutex<Shared>) {
    // A handshake that fails is what some tests are about.
    if let Ok(stream) = tls.accept(stream).await {
        serve(stream, shared).await;
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Mutex<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await {
        let step = shared.lock().unwrap().receive(request);
        let (bytes, is_last) = match step {
            Step::Raw(bytes) => (bytes, false),
            Step::RawThenClose(bytes) => (bytes, true),
            Step::ResetConnection | Step::ResetAfterRequest => return,
            Step::Stall => return std::future::pending().await,
        };
        if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() || is_last {
            let _ = stream.shutdown().await;
            return;
        }
    }
}

/// Reads one request; `None` at the end of the connection.
pub(crate) async fn read_request<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut lines = lines.into_iter();
    let target = lines.next()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    let mut request = Received {
        target,
        headers,
        body: Bytes::new(),
    };
    let length = request.header("content-length").unwrap_or("0").parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body = body.into();
    Some(request)
}
