//! A close that could not deliver everything.

/// [`Client::close`](crate::Client::close) could not deliver everything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CloseError {
    /// The time was over first, or the worker had given up before. What is left is counted under
    /// [`DropReason::Closed`](crate::DropReason::Closed) or [`Disabled`](crate::DropReason::Disabled).
    #[error("{left} events were not delivered")]
    Undelivered {
        /// How many events were left.
        left: u64,
    },
    /// Not everything was delivered, but all of it is on disk: the next client that uses the same spool directory delivers
    /// it.
    #[error(
        "{stored} events were not delivered; they are stored, and will be by the next client with the same spool"
    )]
    Stored {
        /// How many events are on disk.
        stored: u64,
    },
    /// The worker thread, which delivers the events, cannot wait for them. The client was not closed.
    #[error("a callback cannot close the client: it runs on the thread that delivers")]
    WouldDeadlock,
    /// This is a child process made by `fork`; the client belongs to the parent.
    #[error("the client belongs to the process that this one was forked from")]
    Forked,
}
