//! A buffer per thread into which an entity is encoded before it goes to the queue.

use std::cell::Cell;

thread_local! {
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Larger buffers are not kept: every thread that ever sent has one.
const MAX_KEPT_BYTES: usize = 64 << 10;

/// Lends an empty buffer to `work`.
///
/// No lock is held while a transport looks at the record, so it may itself send; and the mutex of a shard is held for
/// the time of a copy only. While a thread ends, and inside itself, it lends a new buffer.
#[inline]
pub(crate) fn with_buffer<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let mut buffer = SCRATCH.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    let result = work(&mut buffer);
    if buffer.capacity() <= MAX_KEPT_BYTES {
        let _ = SCRATCH.try_with(|scratch| scratch.set(buffer));
    }
    result
}
