//! Keeps back the answers to requests that asked for none (`Pragma: no-response`).
//!
//! HTTP has no such thing, so the server below cannot be told: it writes its answer, and this wrapper around the
//! connection swallows exactly those bytes.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The answers that the server is about to write, in order: one connection answers its requests one after another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(Arc<Mutex<VecDeque<Answer>>>);

/// One answer: a head that ends with an empty line, and a body of known size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) muted: bool,
    pub(crate) body_bytes: u64,
}

/// A connection whose muted answers never reach the peer.
#[derive(Debug)]
pub(crate) struct QuietIo<T> {
    inner: T,
    answers: Answers,
    present: Option<Progress>,
}

/// How far the present answer has been written.
#[derive(Clone, Copy, Debug)]
struct Progress {
    answer: Answer,
    /// How much of the empty line that ends the head has been seen; four bytes when it is complete.
    end_of_head: usize,
    body_left: u64,
}

impl Answers {
    /// Announces an answer, before its first byte is written.
    pub(crate) fn announce(&self, answer: Answer) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(answer);
    }

    fn next(&self) -> Option<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl<T> QuietIo<T> {
    pub(crate) fn new(inner: T, answers: Answers) -> Self {
        Self {
            inner,
            answers,
            present: None,
        }
    }

    /// The answer that `bytes` go on with. Interim answers (100 Continue) are not announced and are let through, and
    /// so is what the server says by itself before it gives a connection up.
    fn progress(&mut self, bytes: &[u8]) -> Progress {
        if let Some(present) = self.present {
            return present;
        }
        let spoken = |body_bytes| Answer {
            muted: false,
            body_bytes,
        };
        let answer = if bytes.starts_with(b"HTTP/1.1 1") {
            spoken(0)
        } else {
            self.answers.next().unwrap_or(spoken(u64::MAX))
        };
        let progress = Progress {
            answer,
            end_of_head: 0,
            body_left: answer.body_bytes,
        };
        self.present = Some(progress);
        progress
    }

    fn keep(&mut self, progress: Progress) {
        self.present = (!progress.is_complete()).then_some(progress);
    }
}

impl Progress {
    const END_OF_HEAD: &'static [u8; 4] = b"\r\n\r\n";

    fn is_complete(&self) -> bool {
        self.end_of_head == Self::END_OF_HEAD.len() && self.body_left == 0
    }

    /// Goes over `bytes` and returns how many of them belong to this answer.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        for &byte in bytes {
            if self.end_of_head == Self::END_OF_HEAD.len() {
                break;
            }
            taken += 1;
            if Self::END_OF_HEAD.get(self.end_of_head) == Some(&byte) {
                self.end_of_head += 1;
            } else {
                self.end_of_head = usize::from(byte == b'\r');
            }
        }
        if self.end_of_head < Self::END_OF_HEAD.len() {
            return taken;
        }
        let rest = bytes.len() - taken;
        let body = usize::try_from(self.body_left).map_or(rest, |left| left.min(rest));
        self.body_left -= body as u64;
        taken + body
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for QuietIo<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.is_empty() {
            return Pin::new(&mut this.inner).poll_write(context, bytes);
        }
        let before = this.progress(bytes);
        let mut after = before;
        let span = after.advance(bytes);
        if before.answer.muted {
            this.keep(after);
            return Poll::Ready(Ok(span));
        }
        let part = bytes.get(..span).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, part))?;
        let mut after = before;
        after.advance(part.get(..written).unwrap_or(part));
        this.keep(after);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for QuietIo<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const ANSWERS: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\na: 1\r\n\r\nonlyHTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad\r\n\r\nno\r\n\r\nHTTP/1.1 408 Late\r\n\r\nmore and more";

    /// Writes all answers in pieces of `piece` bytes and returns what came through a pipe of `capacity` bytes.
    async fn through(piece: usize, capacity: usize, muted: [bool; 3]) -> String {
        let answers = Answers::default();
        for (muted, body_bytes) in muted.into_iter().zip([4, 0, 6]) {
            answers.announce(Answer { muted, body_bytes });
        }
        let (near, mut far) = tokio::io::duplex(capacity);
        let reader = tokio::spawn(async move {
            let mut text = String::new();
            far.read_to_string(&mut text).await.unwrap();
            text
        });
        let mut quiet = QuietIo::new(near, answers);
        for chunk in ANSWERS.chunks(piece) {
            quiet.write_all(chunk).await.unwrap();
        }
        quiet.shutdown().await.unwrap();
        drop(quiet);
        reader.await.unwrap()
    }

    #[tokio::test]
    async fn swallows_exactly_the_muted_answers_however_the_bytes_are_cut() {
        let all = String::from_utf8(ANSWERS.to_vec()).unwrap();
        // An interim answer is told by its first ten bytes, which the server writes at once.
        for (piece, capacity) in [(ANSWERS.len(), 4096), (ANSWERS.len(), 1), (25, 7), (11, 3)] {
            assert_eq!(through(piece, capacity, [false; 3]).await, all);
            assert_eq!(
                through(piece, capacity, [true, false, true]).await,
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nHTTP/1.1 408 Late\r\n\r\nmore and more"
            );
            assert_eq!(
                through(piece, capacity, [false, true, false]).await,
                all.replace("HTTP/1.1 200 OK\r\n\r\n", "")
            );
        }
    }
}
