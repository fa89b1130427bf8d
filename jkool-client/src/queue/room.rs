//! Where callers sleep until the queue has room again.

use std::time::Instant;

use crate::sync::{AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, PoisonError};

/// Callers that wait for room.
///
/// No wake-up is missed: a caller announces itself before it looks for room a last time, and whoever makes room looks
/// for callers after that; both in one total order. A wake-up costs nothing while nobody waits.
#[derive(Debug, Default)]
pub(crate) struct Room {
    waiting: AtomicUsize,
    /// Grows with each wake-up, so that one between a look and the sleep after it is seen.
    wakes: Mutex<u64>,
    woken: Condvar,
}

/// One caller that waits.
struct Waiter<'a>(&'a Room);

impl Room {
    /// Tries again with each wake-up until it succeeds; `None` if it did not until `deadline`.
    pub(crate) fn wait<T>(&self, deadline: Instant, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
        let _waiter = Waiter::new(self);
        loop {
            let seen = *self.lock();
            if let Some(done) = attempt() {
                return Some(done);
            }
            let mut wakes = self.lock();
            while *wakes == seen {
                let Some(left) = deadline
                    .checked_duration_since(Instant::now())
                    .filter(|left| !left.is_zero())
                else {
                    drop(wakes);
                    // There may be less room than anybody is woken for.
                    return attempt();
                };
                wakes = self
                    .woken
                    .wait_timeout(wakes, left)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            drop(wakes);
            if deadline <= Instant::now() {
                return attempt();
            }
        }
    }

    /// Whether somebody waits. Callers have made room before, with a sequentially consistent store.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    /// Lets everybody who waits try again.
    #[cold]
    pub(crate) fn wake(&self) {
        *self.lock() += 1;
        self.woken.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Waiter<'a> {
    fn new(room: &'a Room) -> Self {
        room.waiting.fetch_add(1, Ordering::SeqCst);
        Self(room)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
