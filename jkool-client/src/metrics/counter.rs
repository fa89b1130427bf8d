//! A number that only grows.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::CounterFn;

use super::store::Series;

/// The total, and how much of it has been told.
#[derive(Debug, Default)]
pub(super) struct CounterSeries {
    total: AtomicU64,
    told: AtomicU64,
}

impl CounterSeries {
    pub(super) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Only the report calls these two, so they need not be one step.
    pub(super) fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    pub(super) fn set_told(&self, total: u64) {
        self.told.store(total, Ordering::Relaxed);
    }
}

impl Series for CounterSeries {
    fn has_news(&self) -> bool {
        self.total() != self.told()
    }
}

impl CounterFn for CounterSeries {
    #[inline]
    fn increment(&self, value: u64) {
        self.total.fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.total.fetch_max(value, Ordering::Relaxed);
    }
}
