//! Primitives whose every interleaving loom tries.

pub(crate) use std::sync::PoisonError;

use loom::sync::atomic;
pub(crate) use loom::sync::atomic::Ordering;
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

/// A number that is only ever used in one total order, as the queue does.
///
/// loom takes a sequentially consistent load for one that may see an old value. An addition of nothing sees the last
/// one, and that is what the total order means.
#[derive(Debug, Default)]
pub(crate) struct AtomicUsize(atomic::AtomicUsize);

impl AtomicUsize {
    pub(crate) fn new(value: usize) -> Self {
        Self(atomic::AtomicUsize::new(value))
    }

    pub(crate) fn load(&self, order: Ordering) -> usize {
        self.fetch_add(0, order)
    }

    pub(crate) fn fetch_add(&self, value: usize, order: Ordering) -> usize {
        assert_eq!(order, Ordering::SeqCst, "another order needs another model");
        self.0.fetch_add(value, order)
    }

    pub(crate) fn fetch_sub(&self, value: usize, order: Ordering) -> usize {
        assert_eq!(order, Ordering::SeqCst, "another order needs another model");
        self.0.fetch_sub(value, order)
    }

    pub(crate) fn compare_exchange_weak(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        assert_eq!(
            (success, failure),
            (Ordering::SeqCst, Ordering::SeqCst),
            "another order needs another model"
        );
        self.0.compare_exchange(current, new, success, failure)
    }
}

/// As tokio's, for one that waits: a notification without anybody who waits is kept, and several are one.
#[derive(Debug)]
pub(crate) struct Notify {
    is_notified: Mutex<bool>,
    bell: Condvar,
}

impl Notify {
    pub(crate) fn new() -> Self {
        Self {
            is_notified: Mutex::new(false),
            bell: Condvar::new(),
        }
    }

    pub(crate) fn notify_one(&self) {
        *self.is_notified.lock().unwrap() = true;
        self.bell.notify_one();
    }

    /// Blocks its thread, which runs nothing else.
    #[expect(clippy::unused_async, reason = "as tokio's")]
    pub(crate) async fn notified(&self) {
        let mut is_notified = self.is_notified.lock().unwrap();
        while !*is_notified {
            is_notified = self.bell.wait(is_notified).unwrap();
        }
        *is_notified = false;
    }
}
