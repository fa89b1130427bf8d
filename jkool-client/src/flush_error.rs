//! A flush that ended before everything was settled.

/// [`Client::flush`](crate::Client::flush) ended before everything was settled. Nothing is lost by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The time is over.
    #[error("{pending} events are still pending")]
    TimedOut {
        /// How many events are queued or under way, those accepted during the flush included.
        pending: u64,
    },
    /// The worker thread, which delivers the events, cannot wait for them.
    #[error("a callback cannot flush: it runs on the thread that delivers")]
    WouldDeadlock,
    /// This is a child process made by `fork`; the client belongs to the parent.
    #[error("the client belongs to the process that this one was forked from")]
    Forked,
}
