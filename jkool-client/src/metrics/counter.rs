//! A number that only grows, counted by each thread for itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use metrics::CounterFn;

use super::store::Series;

/// With as many cells, those that nobody holds are added up before another is made.
const MANY_CELLS: usize = 64;

/// The total, and how much of it has been told.
#[derive(Debug, Default)]
pub(super) struct CounterSeries {
    counted: Mutex<Counted>,
    told: AtomicU64,
}

/// What was counted in cells that are gone, and the cells.
#[derive(Debug, Default)]
struct Counted {
    base: u64,
    cells: Vec<Arc<CounterCell>>,
}

/// The part of a counter that one thread counts, so that threads do not wait for each other's memory. A handle that is
/// kept is a cell too, and may be used by any thread.
///
/// It has a cache line of its own: the count of its handles, in front of it, is written by its thread as often.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct CounterCell {
    count: AtomicU64,
    series: Weak<CounterSeries>,
}

impl CounterSeries {
    /// A cell for the calling thread.
    pub(super) fn cell(self: &Arc<Self>) -> Arc<CounterCell> {
        let cell = Arc::new(CounterCell {
            count: AtomicU64::new(0),
            series: Arc::downgrade(self),
        });
        let mut counted = self.lock();
        if counted.cells.len() >= MANY_CELLS {
            counted.fold();
        }
        counted.cells.push(Arc::clone(&cell));
        cell
    }

    /// All that was counted.
    pub(super) fn total(&self) -> u64 {
        self.lock().total()
    }

    pub(super) fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    pub(super) fn set_told(&self, total: u64) {
        self.told.store(total, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn total(&self) -> u64 {
        self.cells.iter().fold(self.base, |sum, cell| {
            sum.wrapping_add(cell.count.load(Ordering::Relaxed))
        })
    }

    /// Adds up the cells that nobody holds. A thread that has one in its cache only finds it gone, and gets another:
    /// taking the last handle away and making one from the cache exclude each other.
    fn fold(&mut self) {
        let mut base = self.base;
        self.cells = std::mem::take(&mut self.cells)
            .into_iter()
            .filter_map(|cell| match Arc::try_unwrap(cell) {
                Ok(cell) => {
                    base = base.wrapping_add(cell.count.into_inner());
                    None
                }
                Err(cell) => Some(cell),
            })
            .collect();
        self.base = base;
    }
}

impl Series for CounterSeries {
    fn has_news(&self) -> bool {
        self.total() != self.told()
    }

    fn is_held(&self) -> bool {
        let mut counted = self.lock();
        counted.fold();
        !counted.cells.is_empty()
    }
}

impl CounterFn for CounterCell {
    #[inline]
    fn increment(&self, value: u64) {
        self.count.fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        // Without a series the recorder is gone, and nobody asks any more.
        if let Some(series) = self.series.upgrade() {
            let mut counted = series.lock();
            let missing = value.saturating_sub(counted.total());
            counted.base = counted.base.wrapping_add(missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_nobody_holds_are_added_up() {
        let series = Arc::new(CounterSeries::default());
        let held = series.cell();
        held.increment(1);
        for _ in 0..1_000 {
            series.cell().increment(1);
        }
        assert!(series.lock().cells.len() <= MANY_CELLS);
        assert!(series.is_held());
        assert_eq!((series.total(), series.lock().cells.len()), (1_001, 1));
        drop(held);
        assert!(!series.is_held());
        assert_eq!(series.total(), 1_001);
    }

    #[test]
    fn an_absolute_value_is_a_lower_bound() {
        let series = Arc::new(CounterSeries::default());
        series.cell().increment(5);
        let totals = [3, 10].map(|value| {
            series.cell().absolute(value);
            series.total()
        });
        assert_eq!(totals, [5, 10]);
        series.cell().increment(1);
        assert_eq!(series.total(), 11);
    }
}
