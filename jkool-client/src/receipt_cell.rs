//! The place where the states of one tracked event arrive.

use std::task::{Context, Poll};
use std::time::Duration;

use crate::completion::Completion;
use crate::{Fate, State};

/// The place where the states of one tracked event arrive: first that it is stored, if it ever is, and at last its fate.
#[derive(Debug)]
pub(crate) struct ReceiptCell {
    stored: Completion<()>,
    fate: Completion<Fate>,
}

impl ReceiptCell {
    /// Nothing is known.
    pub(crate) fn new() -> Self {
        Self {
            stored: Completion::new(),
            fate: Completion::new(),
        }
    }

    /// The event is on disk.
    #[cfg(feature = "spool")]
    pub(crate) fn store(&self) {
        self.stored.complete(());
    }

    /// The fate of the event is known; the first one stays. Nobody waits for less any more.
    pub(crate) fn complete(&self, fate: Fate) {
        self.fate.complete(fate);
        self.stored.complete(());
    }

    /// The fate, if it is known.
    pub(crate) fn fate(&self) -> Option<Fate> {
        self.fate.get()
    }

    /// Blocks until the event has come as far as `state`, or will never do so; `None` if neither is so in time.
    pub(crate) fn wait(&self, state: State, timeout: Duration) -> Option<Fate> {
        if state == State::Stored {
            self.stored.wait(timeout).map(|()| self.stored_fate())
        } else {
            self.fate.wait(timeout)
        }
    }

    /// Waits for the fate, as a future does; one task at a time.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<Fate> {
        self.fate.poll(context)
    }

    /// Waits until the event is stored, or will never be, as a future does; one task at a time.
    pub(crate) fn poll_stored(&self, context: &mut Context<'_>) -> Poll<Fate> {
        self.stored.poll(context).map(|()| self.stored_fate())
    }

    fn stored_fate(&self) -> Fate {
        self.fate.get().unwrap_or(Fate::Pending(State::Stored))
    }
}
