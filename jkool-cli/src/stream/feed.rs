//! Reads lines and hands them to the client, never faster than it delivers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jkool_client::{Entity, Logger, SendError, SendErrorKind};

use crate::stream::line_maker::{LineMaker, Made};
use crate::stream::line_reader::{LINE_MAX_BYTES, Line, LineReader};
use crate::stream::{Complaints, Input, Tally};

/// How far reading may run ahead of sending. Some milliseconds at the highest rate, so that sending never starves, and
/// little enough to keep the process small.
pub(crate) const QUEUED_EVENTS: usize = 8_192;

/// The same in bytes: a line of full length, in JSON at its longest, still fits.
pub(crate) const QUEUED_BYTES: usize = 8 << 20;

/// How long the client lets the reader wait for room before it looks whether it was stopped.
pub(crate) const LOOK: Duration = Duration::from_millis(100);

/// The reading side of a stream. It blocks, and so has a thread of its own.
pub(crate) struct Feed {
    pub(crate) logger: Logger,
    pub(crate) maker: LineMaker,
    pub(crate) tally: Arc<Tally>,
    pub(crate) complaints: Arc<Complaints>,
    /// Set when no further line may be sent.
    pub(crate) is_stopped: Arc<AtomicBool>,
}

/// The client takes no more, or was told to end.
struct Stopped;

impl Feed {
    /// Sends all lines of all inputs; what cannot be read or sent is told, counted, and passed over.
    pub(crate) fn run(&self, inputs: &[Input]) {
        for input in inputs {
            if self.file(input).is_err() {
                return;
            }
        }
    }

    fn file(&self, input: &Input) -> Result<(), Stopped> {
        let unreadable = |error| {
            self.tally.unreadable.add(1);
            self.complaints.note(&format!("cannot read {input}: {error}"));
        };
        let mut lines = match input.open() {
            Ok(source) => LineReader::new(source),
            Err(error) => {
                unreadable(error);
                return Ok(());
            }
        };
        for number in 1.. {
            let line = lines.next();
            if self.is_stopped.load(Ordering::Relaxed) {
                return Err(Stopped);
            }
            match line {
                Ok(None) => break,
                Ok(Some(Line::Whole(line))) => {
                    let text = if number == 1 { without_mark(line) } else { line };
                    self.tally.bytes.add(line.len() as u64 + 1);
                    self.line(input, number, text)?;
                }
                Ok(Some(Line::TooLong)) => {
                    let reason = format!("the line has more than {LINE_MAX_BYTES} bytes");
                    self.reject(input, number, &reason);
                }
                Err(error) => {
                    unreadable(error);
                    break;
                }
            }
        }
        Ok(())
    }

    fn line(&self, input: &Input, number: u64, line: &[u8]) -> Result<(), Stopped> {
        let entity = match self.maker.make(line) {
            Ok(Made::Entity(entity)) => entity,
            Ok(Made::Lossy(entity)) => {
                self.tally.lossy.add(1);
                entity
            }
            Ok(Made::Blank) => {
                self.tally.blank.add(1);
                return Ok(());
            }
            Err(reason) => {
                self.reject(input, number, &reason);
                return Ok(());
            }
        };
        match self.send(entity) {
            Ok(()) => Ok(()),
            Err(error) => match error.kind() {
                SendErrorKind::QueueFull | SendErrorKind::Closed | SendErrorKind::Disabled => Err(Stopped),
                kind => {
                    self.reject(input, number, &reason(kind));
                    Ok(())
                }
            },
        }
    }

    /// Hands an entity to the client, which waits for room. `QueueFull` means: stopped before there was any.
    fn send(&self, entity: Entity) -> Result<(), SendError> {
        let mut sent = self.logger.send(entity);
        loop {
            match sent {
                Err(error)
                    if matches!(error.kind(), SendErrorKind::QueueFull)
                        && !self.is_stopped.load(Ordering::Relaxed) =>
                {
                    sent = self.logger.send(error.into_entity());
                }
                settled => return settled,
            }
        }
    }

    fn reject(&self, input: &Input, number: u64, reason: &str) {
        self.tally.rejected.add(1);
        self.complaints.reject(input, number, reason);
    }
}

/// Without the byte order mark that some editors put in front of UTF-8.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// Why the client does not take an event.
fn reason(kind: &SendErrorKind) -> String {
    match kind {
        SendErrorKind::Invalid(problems) => problems.to_string(),
        SendErrorKind::Refused(refusal) => refusal.to_string(),
        kind => kind.to_string(),
    }
}
