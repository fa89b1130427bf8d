//! A connection that speaks HTTP by hand, so that tests decide about each byte.

use std::time::Duration;

use jkool_collector::Collector;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than anything here takes, shorter than a hung test.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct Wire<S = TcpStream> {
    stream: S,
    read: Vec<u8>,
}

/// An answer, its head in small letters.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Wire {
    pub(crate) async fn to(collector: &Collector) -> Self {
        Self::over(TcpStream::connect(collector.address()).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            read: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Sends a POST with these extra header lines, and waits for its answer.
    pub(crate) async fn post(&mut self, path: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Reply {
        self.send(request(path, headers, body)).await;
        self.reply().await
    }

    /// The next answer.
    pub(crate) async fn reply(&mut self) -> Reply {
        let end = self.read_until(|read| find(read, b"\r\n\r\n")).await + 4;
        let head = String::from_utf8(self.read.drain(..end).collect())
            .unwrap()
            .to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        self.read_until(|read| (read.len() >= length).then_some(length))
            .await;
        let body = String::from_utf8(self.read.drain(..length).collect()).unwrap();
        Reply { status, head, body }
    }

    /// Ends our side and returns everything that still comes.
    pub(crate) async fn rest(mut self) -> String {
        self.stream.shutdown().await.unwrap();
        tokio::time::timeout(DEADLINE, self.stream.read_to_end(&mut self.read))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8(self.read).unwrap()
    }

    /// Waits for the other side to end the connection.
    pub(crate) async fn closed(mut self) {
        let mut rest = Vec::new();
        // A reset ends it as well.
        let _ = tokio::time::timeout(DEADLINE, self.stream.read_to_end(&mut rest))
            .await
            .unwrap();
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }

    async fn read_until(&mut self, found: impl Fn(&[u8]) -> Option<usize>) -> usize {
        loop {
            if let Some(end) = found(&self.read) {
                return end;
            }
            let read = tokio::time::timeout(DEADLINE, self.stream.read_buf(&mut self.read))
                .await
                .unwrap()
                .unwrap();
            assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&self.read));
        }
    }
}

pub(crate) fn request(path: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n",
        body.len()
    );
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body);
    request
}

/// The bodies that were received, in order.
pub(crate) fn bodies(collector: &Collector) -> Vec<String> {
    collector
        .received()
        .iter()
        .map(|received| received.body().to_owned())
        .collect()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
