//! A reading that goes up and down.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use metrics::GaugeFn;

use super::store::Series;

/// The last value, and whether it has been told.
#[derive(Debug, Default)]
pub(super) struct GaugeSeries {
    bits: AtomicU64,
    is_set: AtomicBool,
    has_news: AtomicBool,
}

impl GaugeSeries {
    /// The value; `None` as long as it was never set.
    pub(super) fn value(&self) -> Option<f64> {
        self.is_set
            .load(Ordering::Acquire)
            .then(|| f64::from_bits(self.bits.load(Ordering::Relaxed)))
    }

    /// Whether it was set since the last time; to be asked before the value is read.
    pub(super) fn take_news(&self) -> bool {
        self.has_news.swap(false, Ordering::Acquire)
    }

    /// The value was not told after all.
    pub(super) fn put_news_back(&self) {
        self.has_news.store(true, Ordering::Release);
    }

    fn change(&self, change: impl Fn(f64) -> f64) {
        // Never refuses, so that the result says nothing.
        let _ = self
            .bits
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bits| {
                Some(change(f64::from_bits(bits)).to_bits())
            });
        self.is_set.store(true, Ordering::Release);
        self.has_news.store(true, Ordering::Release);
    }
}

impl Series for GaugeSeries {
    fn has_news(&self) -> bool {
        self.has_news.load(Ordering::Acquire)
    }
}

impl GaugeFn for GaugeSeries {
    fn increment(&self, value: f64) {
        self.change(|old| old + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|old| old - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}
