//! Records the spool could not take, on their way back to their owner.

use std::fmt;

use super::record::SpoolRecord;

/// Records that were not stored, with the reason. Nothing of them is on disk.
///
/// In one case a handed-back record may be on disk nevertheless: when a commit failed half-way, the file could not
/// be opened again to look, and the spool was closed. It is then delivered twice, not lost.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) struct HandedBack {
    /// The records, in the order they were appended in.
    pub(crate) records: Vec<SpoolRecord>,
    /// Why they come back.
    pub(crate) reason: HandedBackReason,
}

/// Why records were not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum HandedBackReason {
    /// The file has reached its limit, or the disk is full. Goes away by itself as records are removed.
    Full,
    /// The memory for records that wait to be committed is full: the disk is slower than the events.
    Backlog,
    /// The memory for records that wait to be committed is full, because the disk fails at present.
    Failing,
    /// The records can never be stored: those of one append are larger than an eighth of the spool's limit.
    TooLarge,
    /// The spool was closed before they could be committed.
    Closed,
}

impl fmt::Display for HandedBackReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the spool is full",
            Self::Backlog => "the disk is too slow: too many records wait for it",
            Self::Failing => "the disk fails, and too many records wait for it",
            Self::TooLarge => "the records are larger than the spool's limit",
            Self::Closed => "the spool is closed",
        })
    }
}

impl fmt::Display for HandedBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records not stored: {}", self.records.len(), self.reason)
    }
}

impl std::error::Error for HandedBack {}
