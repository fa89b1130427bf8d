//! What the spool thread is asked to do, and what it is ready for.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use tokio::sync::oneshot;

use super::handed_back::HandedBack;
use super::record::{SpoolId, SpoolRecord, Spooled};

/// Told what became of the records of one append, on the spool thread.
pub(crate) type OnStored = Box<dyn FnOnce(Result<SpoolId, HandedBack>) + Send>;

/// The records of one append, on their way to the disk.
pub(crate) struct Append {
    pub(crate) records: Vec<SpoolRecord>,
    pub(crate) bytes: usize,
    pub(crate) on_stored: OnStored,
}

/// Somebody waits for stored records.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) max_records: usize,
    pub(crate) max_bytes: usize,
    pub(crate) reply: oneshot::Sender<Vec<Spooled>>,
}

/// What the thread has to do next.
#[derive(Debug, Default)]
pub(crate) struct Todo {
    /// One group of appends.
    pub(crate) appends: Vec<Append>,
    pub(crate) removals: Vec<SpoolId>,
    pub(crate) readers: VecDeque<Reader>,
    /// Records that were handed out and never seen.
    pub(crate) returned: Vec<Spooled>,
    /// Until when the thread may go on trying, if it is to end.
    pub(crate) closing: Option<Instant>,
}

/// What the thread is ready for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    /// It can take a group of appends: it has none in hand.
    pub(crate) for_appends: bool,
    /// It has records for a reader.
    pub(crate) for_readers: bool,
    /// It wants to know of a first removal at once, to start a clock.
    pub(crate) for_removals: bool,
    /// When it has something to do of its own.
    pub(crate) due: Option<Instant>,
}

impl fmt::Debug for Append {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Append")
            .field("records", &self.records.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
