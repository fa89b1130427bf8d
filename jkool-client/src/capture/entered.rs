//! Keeps a logger from logging about itself.

use std::cell::Cell;

use crate::is_silenced;

/// A record may log once more while it is formatted, as some `Debug` implementations do; no deeper.
const MAX_DEPTH: u8 = 2;

thread_local! {
    /// Without a destructor, so that it can be read while a thread ends.
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// The calling thread is at work on a record, until this is dropped.
#[derive(Debug)]
pub(crate) struct Entered(());

impl Entered {
    /// `None` if the thread works for a client, or is too deep in records already: then nothing must be captured.
    #[inline]
    pub(crate) fn new() -> Option<Self> {
        if is_silenced() {
            return None;
        }
        Self::nested()
    }

    /// The same on any thread.
    #[inline]
    pub(crate) fn nested() -> Option<Self> {
        DEPTH.with(|depth| {
            let now = depth.get();
            (now < MAX_DEPTH).then(|| {
                depth.set(now + 1);
                Entered(())
            })
        })
    }
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_inside_another_and_no_more() {
        let outer = Entered::new().unwrap();
        let inner = Entered::new().unwrap();
        assert!(Entered::new().is_none());
        drop((inner, outer));
        assert!(Entered::new().is_some());
        crate::silence::silence_this_thread();
        assert!(Entered::new().is_none());
    }
}
