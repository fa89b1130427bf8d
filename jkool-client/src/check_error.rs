//! A check of the far end that failed.

use jkool_transport::TransportError;

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
