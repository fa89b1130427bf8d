//! An answer as it came, before it is judged.

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};

/// How much of a body is read, in bytes; a connection with more to come is closed instead of used again.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Status, headers and the beginning of the body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Reads the answer. The body is read even if nobody wants it: a connection is used again only after that. A
    /// body that breaks off leaves a failure what it is, but a success in doubt.
    pub(crate) async fn read(mut response: Response) -> Result<Self, reqwest::Error> {
        let status = response.status();
        let mut body = Bytes::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => body = joined(body, chunk),
                Err(error) if status.is_success() => return Err(error),
                Ok(None) | Err(_) => break,
            }
            if body.len() >= MAX_BODY_BYTES {
                body.truncate(MAX_BODY_BYTES);
                break;
            }
        }
        Ok(Self {
            status,
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }

    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is a web page. A service that calls `ok` or an empty body `text/html` is not meant.
    pub(crate) fn is_web_page(&self) -> bool {
        let body = self
            .body
            .strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(&self.body);
        let body = body.trim_ascii_start();
        let is_called_html = || {
            self.header(CONTENT_TYPE)
                .is_some_and(|value| value.contains("html"))
        };
        starts_with(body, "<!doctype html")
            || starts_with(body, "<html")
            || (starts_with(body, "<") && !starts_with(body, "<access-resp") && is_called_html())
    }
}

/// The usual body of one chunk is not copied.
fn joined(body: Bytes, chunk: Bytes) -> Bytes {
    if body.is_empty() {
        return chunk;
    }
    let mut both = BytesMut::from(body);
    both.extend_from_slice(&chunk);
    both.freeze()
}

fn starts_with(body: &[u8], prefix: &str) -> bool {
    body.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
