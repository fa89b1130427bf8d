//! Where updates go that have no series.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{CounterFn, GaugeFn, HistogramFn};

/// Counts the updates of all series for which there was no room.
#[derive(Debug, Default)]
pub(super) struct Overflow {
    updates: AtomicU64,
}

impl Overflow {
    /// How many updates were lost so far.
    pub(super) fn updates(&self) -> u64 {
        self.updates.load(Ordering::Relaxed)
    }

    fn lose(&self, updates: u64) {
        self.updates.fetch_add(updates, Ordering::Relaxed);
    }
}

impl CounterFn for Overflow {
    fn increment(&self, _value: u64) {
        self.lose(1);
    }

    fn absolute(&self, _value: u64) {
        self.lose(1);
    }
}

impl GaugeFn for Overflow {
    fn increment(&self, _value: f64) {
        self.lose(1);
    }

    fn decrement(&self, _value: f64) {
        self.lose(1);
    }

    fn set(&self, _value: f64) {
        self.lose(1);
    }
}

impl HistogramFn for Overflow {
    fn record(&self, _value: f64) {
        self.lose(1);
    }

    fn record_many(&self, _value: f64, count: usize) {
        self.lose(u64::try_from(count).unwrap_or(u64::MAX));
    }
}
