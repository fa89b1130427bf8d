//! Many numbers of one kind.

use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::HistogramFn;

use super::store::Series;
use crate::reporting::Distribution;

/// The numbers since the last report, and all those before if they are still wanted.
#[derive(Debug, Default)]
pub(super) struct HistogramSeries {
    news: Mutex<Distribution>,
    told: Mutex<Distribution>,
}

impl HistogramSeries {
    /// The numbers since the last time.
    pub(super) fn take_news(&self) -> Distribution {
        std::mem::take(&mut *lock(&self.news))
    }

    /// The numbers were not told after all.
    pub(super) fn put_news_back(&self, news: &Distribution) {
        lock(&self.news).merge(news);
    }

    /// All numbers told so far; only the report calls this.
    pub(super) fn told(&self) -> MutexGuard<'_, Distribution> {
        lock(&self.told)
    }
}

impl Series for HistogramSeries {
    fn has_news(&self) -> bool {
        lock(&self.news).count() > 0
    }
}

impl HistogramFn for HistogramSeries {
    fn record(&self, value: f64) {
        lock(&self.news).record(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        lock(&self.news).record(value, u64::try_from(count).unwrap_or(u64::MAX));
    }
}

fn lock(distribution: &Mutex<Distribution>) -> MutexGuard<'_, Distribution> {
    distribution.lock().unwrap_or_else(PoisonError::into_inner)
}
