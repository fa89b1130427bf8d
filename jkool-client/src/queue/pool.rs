//! Buffers that wait to be used again.

use std::sync::Arc;

use bytes::Bytes;

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// The size of a buffer, in bytes. One unsettled record pins at most the buffer it lies in.
pub(crate) const SEGMENT_BYTES: usize = 64 << 10;

/// How many idle buffers are kept: 2 MiB.
const MAX_IDLE: usize = 32;

/// Idle buffers of [`SEGMENT_BYTES`].
#[derive(Debug, Default)]
pub(crate) struct Pool {
    idle: Mutex<Vec<Vec<u8>>>,
}

/// A full buffer on its way; it comes back to the pool when the last slice of it is gone, wherever that is held.
struct Lent {
    buffer: Vec<u8>,
    pool: Arc<Pool>,
}

impl Pool {
    /// An empty buffer.
    pub(crate) fn take(&self) -> Vec<u8> {
        let idle = self.lock().pop();
        idle.unwrap_or_else(|| Vec::with_capacity(SEGMENT_BYTES))
    }

    /// Makes the content of `buffer` sharable; the buffer itself comes back later.
    pub(crate) fn lend(self: &Arc<Self>, buffer: Vec<u8>) -> Bytes {
        if buffer.capacity() < SEGMENT_BYTES {
            // A copy made to measure: there is nothing to come back.
            return Bytes::from(buffer);
        }
        Bytes::from_owner(Lent {
            buffer,
            pool: Arc::clone(self),
        })
    }

    /// Takes back a buffer that nobody holds any more.
    pub(crate) fn give_back(&self, mut buffer: Vec<u8>) {
        // Buffers grown for one huge record would make the pool as large as its largest records.
        if buffer.capacity() <= 2 * SEGMENT_BYTES {
            buffer.clear();
            let mut idle = self.lock();
            if idle.len() < MAX_IDLE {
                idle.push(buffer);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_with_its_last_slice() {
        let pool = Arc::new(Pool::default());
        let mut buffer = pool.take();
        buffer.extend_from_slice(b"first second");
        let address = buffer.as_ptr();
        let bytes = pool.lend(buffer);
        let slice = bytes.slice(6..);
        drop(bytes);
        let other = pool.take();
        assert_ne!(other.as_ptr(), address);
        drop(slice);
        let buffer = pool.take();
        assert_eq!((buffer.as_ptr(), buffer.len()), (address, 0));
    }

    #[test]
    fn huge_buffers_and_too_many_are_let_go() {
        let pool = Arc::new(Pool::default());
        drop(pool.lend(Vec::with_capacity(3 * SEGMENT_BYTES)));
        assert!(pool.lock().is_empty());
        let lent: Vec<_> = (0..2 * MAX_IDLE).map(|_| pool.lend(pool.take())).collect();
        drop(lent);
        assert_eq!(pool.lock().len(), MAX_IDLE);
    }
}
