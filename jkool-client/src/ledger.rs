//! The books: what became of every record, and how streaming is going.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;

use jkool_transport::TransportError;

use crate::latency::Latency;
use crate::{DropReason, Health};

/// Written by the worker, read by everybody.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) delivered: Count,
    pub(crate) handed: Count,
    pub(crate) retries: Count,
    pub(crate) retries_in_doubt: Count,
    pub(crate) connections: Count,
    pub(crate) holds: Count,
    pub(crate) panics: Count,
    /// Records that were stored, by this client.
    pub(crate) spooled: Count,
    /// Stored records that were found, of another life.
    pub(crate) adopted: Count,
    /// Stored records that are settled.
    pub(crate) unspooled: Count,
    pub(crate) dead_letters_written: Count,
    pub(crate) dead_letters_unwritten: Count,
    expired: Count,
    refused: Count,
    closed: Count,
    disabled: Count,
    queue_full: Count,
    damaged: Count,
    /// How long what was delivered took.
    pub(crate) latency: Latency,
    health: Mutex<Health>,
    worker: OnceLock<ThreadId>,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    /// One more.
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// So many more.
    #[cfg(feature = "spool")]
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The number so far.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Ledger {
    /// The count of this reason.
    pub(crate) fn dropped(&self, reason: DropReason) -> &Count {
        match reason {
            DropReason::Expired => &self.expired,
            DropReason::Refused => &self.refused,
            DropReason::Closed => &self.closed,
            DropReason::Disabled => &self.disabled,
            DropReason::QueueFull => &self.queue_full,
            DropReason::Damaged => &self.damaged,
        }
    }

    /// How many records came to the disk, whoever stored them, and were not damaged there.
    pub(crate) fn ever_stored(&self) -> u64 {
        let came = self.spooled.get() + self.adopted.get();
        came.saturating_sub(self.damaged.get())
    }

    /// How many stored records are not settled.
    pub(crate) fn in_spool(&self) -> u64 {
        self.ever_stored().saturating_sub(self.unspooled.get())
    }

    /// How streaming is going.
    pub(crate) fn health(&self) -> Health {
        self.health.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The trouble that keeps events from being delivered.
    pub(crate) fn trouble(&self) -> Option<TransportError> {
        self.health
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .trouble()
            .cloned()
    }

    /// Streaming goes like this from now on. Returns whether that is another kind of going than before.
    pub(crate) fn set_health(&self, health: Health) -> bool {
        let mut shown = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = std::mem::discriminant(&*shown) != std::mem::discriminant(&health);
        *shown = health;
        is_other
    }

    /// The calling thread is the worker.
    pub(crate) fn claim_worker_thread(&self) {
        // Set once: the worker keeps its thread when it is restarted.
        let _ = self.worker.set(std::thread::current().id());
    }

    /// Whether the calling thread is the worker, which must not wait for itself.
    pub(crate) fn is_worker_thread(&self) -> bool {
        self.worker
            .get()
            .is_some_and(|worker| *worker == std::thread::current().id())
    }
}
