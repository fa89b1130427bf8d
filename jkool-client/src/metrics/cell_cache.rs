//! The counters that a thread used last, found without a lock.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use metrics::Key;

use super::counter::CounterCell;

/// Counters whose keys fall into the same place take turns. 5 KiB for each thread that counts.
const PLACES: usize = 64;

thread_local! {
    static CACHE: RefCell<Vec<Option<Cached>>> = const { RefCell::new(Vec::new()) };
}

struct Cached {
    registry: u64,
    key: Key,
    /// Weak, so that a cache, which nobody clears, neither keeps a counter nor counts as holding it.
    cell: Weak<CounterCell>,
}

/// The calling thread's cell of this counter: the one it used last, or what `find` gives.
#[inline]
pub(super) fn cell(
    registry: u64,
    key: &Key,
    find: impl FnOnce() -> Option<Arc<CounterCell>>,
) -> Option<Arc<CounterCell>> {
    let place = place_of(key);
    let known = CACHE.try_with(|cache| {
        let cache = cache.try_borrow().ok()?;
        let cached = cache.get(place)?.as_ref()?;
        (cached.registry == registry && cached.key == *key)
            .then(|| cached.cell.upgrade())
            .flatten()
    });
    match known {
        Ok(Some(cell)) => Some(cell),
        _ => keep(registry, key, place, find()?),
    }
}

#[cold]
fn keep(registry: u64, key: &Key, place: usize, cell: Arc<CounterCell>) -> Option<Arc<CounterCell>> {
    // While a thread ends there is no cache.
    let _ = CACHE.try_with(|cache| {
        let Ok(mut cache) = cache.try_borrow_mut() else {
            return;
        };
        if cache.is_empty() {
            cache.resize_with(PLACES, || None);
        }
        if let Some(cached) = cache.get_mut(place) {
            *cached = Some(Cached {
                registry,
                key: key.to_retained(),
                cell: Arc::downgrade(&cell),
            });
        }
    });
    Some(cell)
}

/// The facade's hashes are not stirred, so that their upper bits count too.
#[inline]
fn place_of(key: &Key) -> usize {
    let hash = key.get_hash();
    ((hash ^ hash >> 32) as usize) % PLACES
}
