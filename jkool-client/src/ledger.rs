//! The books: what became of every record, and how streaming is going.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;

use jkool_transport::TransportError;

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
    pub(crate) dead_letters_written: Count,
    pub(crate) dead_letters_unwritten: Count,
    expired: Count,
    refused: Count,
    closed: Count,
    disabled: Count,
    queue_full: Count,
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
        }
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
