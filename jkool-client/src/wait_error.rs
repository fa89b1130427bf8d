//! Why a wait ended before what was waited for.

use jkool_transport::TransportError;

/// [`Receipt::wait`](crate::Receipt::wait) ended before the event had come as far.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The time is over; the event is still on its way.
    #[error("the event was not delivered in time")]
    TimedOut {
        /// The trouble that keeps it from being delivered, if there is any.
        #[source]
        trouble: Option<TransportError>,
    },
    /// The worker thread, which delivers the event, cannot wait for it.
    #[error("a callback cannot wait for a delivery: it runs on the thread that delivers")]
    WouldDeadlock,
}

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
    /// The worker thread, which delivers the events, cannot wait for them. The client was not closed.
    #[error("a callback cannot close the client: it runs on the thread that delivers")]
    WouldDeadlock,
    /// This is a child process made by `fork`; the client belongs to the parent.
    #[error("the client belongs to the process that this one was forked from")]
    Forked,
}

/// [`Client::check`](crate::Client::check) did not succeed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// Sending an event would fail just so.
    #[error("the check of the far end failed")]
    Failed(#[source] TransportError),
    /// The far end did not answer in time.
    #[error("the check of the far end was not over in time")]
    TimedOut,
    /// The worker thread, which would check, cannot wait for it.
    #[error("a callback cannot check: it runs on the thread that checks")]
    WouldDeadlock,
    /// This is a child process made by `fork`; the client belongs to the parent.
    #[error("the client belongs to the process that this one was forked from")]
    Forked,
}
