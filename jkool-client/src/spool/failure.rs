//! What can come out of a call into redb besides its result: an error, or a panic that was caught; and what the
//! caller hears of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::error::SpoolError;
use super::store::StoreError;

// What was tried, for messages.
pub(crate) const OPEN: &str = "open";
pub(crate) const APPEND: &str = "append to";
pub(crate) const REMOVE: &str = "remove from";
pub(crate) const READ: &str = "read";
pub(crate) const LOOK_UP: &str = "look into";

/// A failure that is not over yet.
#[derive(Clone, Debug)]
pub(crate) struct Failing {
    pub(crate) error: Arc<SpoolError>,
    pub(crate) since: Instant,
}

/// The failures of a disk: the one that is not over yet, if any, and those that are.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    present: Option<Failing>,
    /// When what fails began to; a file that merely opens does not end it.
    since: Option<Instant>,
    count: u64,
    last: Option<Arc<SpoolError>>,
}

impl Failures {
    /// The disk fails.
    pub(crate) fn begin(&mut self, now: Instant, error: SpoolError) {
        let error = self.note(error);
        let since = *self.since.get_or_insert(now);
        self.present = Some(Failing { error, since });
    }

    /// Something failed that leaves the disk as good as it was.
    pub(crate) fn note(&mut self, error: SpoolError) -> Arc<SpoolError> {
        let error = Arc::new(error);
        self.count += 1;
        self.last = Some(Arc::clone(&error));
        error
    }

    /// The file opens again: a good sign, but nothing was done yet.
    pub(crate) fn opened(&mut self) {
        self.present = None;
    }

    /// The disk works again.
    pub(crate) fn end(&mut self) {
        self.present = None;
        self.since = None;
    }

    /// The failure that is not over yet.
    pub(crate) fn present(&self) -> Option<&Failing> {
        self.present.as_ref()
    }

    /// How many there were so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The last one, over or not.
    pub(crate) fn last(&self) -> Option<&Arc<SpoolError>> {
        self.last.as_ref()
    }
}

/// Why a call brought nothing, as far as the caller has to care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There is no room.
    Full,
    /// The store is closed after a failure, or could not be opened; it opens again in time.
    Down,
}

/// A store's failure, or a panic in its stead.
#[derive(Debug)]
pub(crate) enum Failure {
    Store(StoreError),
    Panicked(String),
}

/// Runs `work` so that a panic inside it comes back as a failure. Whatever it worked on must not be used after one.
pub(crate) fn contain<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Failure::Store(error)),
        Err(payload) => {
            let message = panic_message(&*payload);
            // The payload may itself panic when dropped; it is ours to lose.
            std::mem::forget(payload);
            Err(Failure::Panicked(message))
        }
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "no message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_with_its_message() {
        let text = contain::<()>(|| panic!("a {} panic", "formatted"));
        assert!(matches!(text, Err(Failure::Panicked(message)) if message == "a formatted panic"));
        let other = contain::<()>(|| std::panic::panic_any(7));
        assert!(matches!(other, Err(Failure::Panicked(message)) if message == "no message"));
        assert!(matches!(contain(|| Ok(1)), Ok(1)));
    }
}
