//! Memory that each thread uses again for every record.

use std::cell::Cell;

use super::thread_facts::ThreadFacts;

/// The buffers of a thread, and what is known of it.
#[derive(Debug)]
pub(crate) struct ThreadBuffers {
    /// The record.
    pub(crate) out: Vec<u8>,
    /// Members that come while the properties are being written.
    pub(crate) late: Vec<u8>,
    pub(crate) thread: ThreadFacts,
}

/// Larger buffers are not kept: every thread that ever logged has them.
const MAX_KEPT_BYTES: usize = 64 << 10;

thread_local! {
    static BUFFERS: Cell<Option<Box<ThreadBuffers>>> = const { Cell::new(None) };
}

/// Lends the empty buffers of the calling thread to `work`; others while the thread ends, and inside itself.
#[inline]
pub(crate) fn with_buffers<T>(work: impl FnOnce(&mut ThreadBuffers) -> T) -> T {
    let kept = BUFFERS.try_with(Cell::take).ok().flatten();
    let mut buffers = kept.unwrap_or_else(new_buffers);
    buffers.out.clear();
    buffers.late.clear();
    let result = work(&mut buffers);
    if buffers.out.capacity().max(buffers.late.capacity()) <= MAX_KEPT_BYTES {
        let _ = BUFFERS.try_with(|kept| kept.set(Some(buffers)));
    }
    result
}

#[cold]
fn new_buffers() -> Box<ThreadBuffers> {
    Box::new(ThreadBuffers {
        out: Vec::with_capacity(1 << 10),
        late: Vec::new(),
        thread: ThreadFacts::current(),
    })
}
