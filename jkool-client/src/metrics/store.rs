//! The series of one kind, by key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::Key;

/// A metric with one set of labels.
pub(super) trait Series: Default + Send + Sync + 'static {
    /// Whether it was updated since it was last reported.
    fn has_news(&self) -> bool;

    /// Whether the program holds a handle to a part of it.
    fn is_held(&self) -> bool {
        false
    }
}

/// The series of one kind.
pub(super) struct Store<S> {
    series: RwLock<Map<S>>,
}

type Map<S> = HashMap<Key, Arc<S>, BuildHasherDefault<KeyHasher>>;

/// How many series there may still be, over all kinds.
#[derive(Debug)]
pub(super) struct Room {
    taken: AtomicUsize,
    max_series: usize,
}

/// Passes on the hash that a key brings along. Its upper bits, which a hash map looks at first, are stirred: the facade
/// leaves out that step.
#[derive(Default)]
pub(super) struct KeyHasher(u64);

impl<S: Series> Store<S> {
    /// The series of this key, a new one if need be; `None` if there is no room for a new one.
    #[inline]
    pub(super) fn get(&self, key: &Key, room: &Room) -> Option<Arc<S>> {
        let known = {
            let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
            series.get(key).map(Arc::clone)
        };
        known.or_else(|| self.add(key, room))
    }

    #[cold]
    fn add(&self, key: &Key, room: &Room) -> Option<Arc<S>> {
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        match series.entry(key.to_retained()) {
            Entry::Occupied(known) => Some(Arc::clone(known.get())),
            Entry::Vacant(vacant) => room.take().then(|| Arc::clone(vacant.insert(Arc::default()))),
        }
    }

    /// All series, sorted by key, so that nobody waits for a report.
    pub(super) fn list(&self) -> Vec<(Key, Arc<S>)> {
        let mut list: Vec<_> = {
            let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
            series
                .iter()
                .map(|(key, series)| (key.clone(), Arc::clone(series)))
                .collect()
        };
        list.sort_unstable_by(|(one, _), (two, _)| one.cmp(two));
        list
    }

    /// Forgets a series that nobody holds a handle to and that has no news, and says whether it did.
    pub(super) fn forget(&self, key: &Key, room: &Room) -> bool {
        // With the lock held, no new handle can be given out.
        let mut all = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let is_idle = all
            .get(key)
            .is_some_and(|series| Arc::strong_count(series) == 1 && !series.is_held() && !series.has_news());
        if is_idle {
            all.remove(key);
            room.give_back();
        }
        is_idle
    }
}

impl<S> Default for Store<S> {
    fn default() -> Self {
        Self {
            series: RwLock::default(),
        }
    }
}

impl Room {
    pub(super) fn new(max_series: usize) -> Self {
        Self {
            taken: AtomicUsize::new(0),
            max_series,
        }
    }

    pub(super) fn max_series(&self) -> usize {
        self.max_series
    }

    fn take(&self) -> bool {
        let more = |taken| (taken < self.max_series).then_some(taken + 1);
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_ok()
    }

    fn give_back(&self) {
        self.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    #[inline]
    fn write_u64(&mut self, hash: u64) {
        self.0 = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
