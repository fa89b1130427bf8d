//! What a logger does when the queue is full.

use std::time::Duration;

/// What a layer or logger does with a record for which the queue has no room: nobody is there to take it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFull {
    /// The new record is dropped, and counted in [`Stats::refused`](crate::Stats::refused). The default.
    #[default]
    DropNewest,
    /// The thread that logs waits for room, at most so long; then the record is dropped and counted. In async code this
    /// blocks a thread of the runtime.
    Block(Duration),
}

impl OnFull {
    /// How long a caller may be kept waiting.
    pub(crate) fn patience(self) -> Option<Duration> {
        match self {
            OnFull::DropNewest => None,
            OnFull::Block(patience) => Some(patience),
        }
    }
}
