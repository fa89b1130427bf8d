//! Counters that every call of `send` touches, spread over the threads.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::FilterReason;
use crate::queue::thread_slot;

const SLOTS: usize = 16;

/// Counts calls; threads seldom share a cache line.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    slots: [Slot; SLOTS],
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Slot {
    offered: AtomicU64,
    /// By reason.
    filtered: [AtomicU64; FilterReason::ALL.len()],
}

impl Tally {
    /// One event passed the filters.
    #[inline]
    pub(crate) fn count_offered(&self) {
        self.mine().offered.fetch_add(1, Ordering::Relaxed);
    }

    /// One event did not.
    #[inline]
    pub(crate) fn count_filtered(&self, reason: FilterReason) {
        // There is one for each reason.
        self.mine().filtered[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many passed.
    pub(crate) fn offered(&self) -> u64 {
        self.slots
            .iter()
            .map(|slot| slot.offered.load(Ordering::Relaxed))
            .sum()
    }

    /// How many did not, for this reason.
    pub(crate) fn filtered(&self, reason: FilterReason) -> u64 {
        self.slots
            .iter()
            .map(|slot| slot.filtered[reason as usize].load(Ordering::Relaxed))
            .sum()
    }

    #[inline]
    fn mine(&self) -> &Slot {
        // The remainder keeps the index within bounds.
        &self.slots[thread_slot::current() % SLOTS]
    }
}
