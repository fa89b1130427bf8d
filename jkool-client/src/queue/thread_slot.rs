//! Which shard a thread uses.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Without a destructor, so that it can be read while a thread ends.
    static SLOT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// A number that stays the same for the life of the calling thread; threads are numbered as they first ask.
#[inline]
pub(crate) fn current() -> usize {
    SLOT.with(|slot| {
        if slot.get() == usize::MAX {
            slot.set(NEXT.fetch_add(1, Ordering::Relaxed) & (usize::MAX >> 1));
        }
        slot.get()
    })
}
