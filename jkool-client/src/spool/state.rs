//! How a spool is doing, for those who hold its handle.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::error::SpoolError;

/// Whether a spool takes records at present.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum SpoolState {
    /// It does.
    #[default]
    Ok,
    /// The disk fails. Records wait in memory, as far as the backlog allows, and the disk is tried again. A failure that
    /// is over leaves its trace in [`SpoolStats::failures`].
    Failing {
        /// What failed last.
        error: Arc<SpoolError>,
        /// When the failing began.
        since: Instant,
    },
    /// The file has reached its limit, or the disk is full. New records are handed back; those stored are still
    /// handed out, and as they are removed the state ends by itself.
    Full,
    /// It was closed. Records are handed back.
    Closed,
}

/// Counters and gauges of one spool, taken at one moment.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SpoolStats {
    /// Records stored and not removed yet, whoever stored them.
    pub records: u64,
    /// Size of the file, in bytes; 0 while there is none, or it is closed after a failure.
    pub file_bytes: u64,
    /// Records that wait in memory for their commit.
    pub waiting_records: usize,
    /// Bytes of those records.
    pub waiting_bytes: usize,
    /// Records stored since the spool was opened.
    pub stored: u64,
    /// Records skipped since the spool was opened because they were not what had been written.
    pub damaged: u64,
    /// Files set aside since the spool was opened because they were beyond use.
    pub corrupt_files: u64,
    /// Records copied out of such files into a new one; what could not be read is still in the file set aside.
    pub salvaged: u64,
    /// The last file set aside.
    pub last_corrupt: Option<PathBuf>,
    /// How often the disk has failed or had no room since the spool was opened. The first failure of an outage counts,
    /// and so does each try that fails after it.
    pub failures: u64,
    /// The last of these failures, even if it is long over: [`state`](Self::state) tells whether it is.
    pub last_failure: Option<Arc<SpoolError>>,
    /// Whether the spool takes records at present.
    pub state: SpoolState,
}

impl SpoolStats {
    /// Whether nothing is stored, and nothing waits to be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0 && self.waiting_records == 0
    }
}

/// Numbers that fit together, for those who keep books of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// Records stored and not removed yet.
    pub(crate) records: u64,
    /// Records stored since the spool was opened.
    pub(crate) stored: u64,
    /// Removals asked for and taken note of.
    pub(crate) removals: u64,
    /// Whether the disk fails at present.
    pub(crate) is_failing: bool,
}

/// How a closing went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct SpoolClosed {
    /// Records appended and not known to be stored. Each was handed back, unless the disk hangs: then they are with
    /// the detached thread, which goes on trying.
    pub(crate) left: usize,
    /// Whether the thread has ended and the slot is free. False if the disk hangs.
    pub(crate) finished: bool,
}

impl SpoolClosed {
    /// Whether every record that was appended is stored.
    #[cfg(test)]
    pub(crate) fn all_stored(&self) -> bool {
        self.left == 0
    }
}
