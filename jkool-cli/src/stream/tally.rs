//! What the reading side has counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what the client never sees.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Bytes of lines that are done with.
    pub(crate) bytes: Count,
    /// Lines that are no event.
    pub(crate) rejected: Count,
    /// Lines without anything in them.
    pub(crate) blank: Count,
    /// Lines that are no UTF-8, and were sent with replacement characters.
    pub(crate) lossy: Count,
    /// Files that could not be read, or not to their end.
    pub(crate) unreadable: Count,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
