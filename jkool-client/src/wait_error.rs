//! A wait for the fate of an event that ended too early.

use jkool_transport::TransportError;

/// [`Receipt::wait`](crate::Receipt::wait) ended before the event had come as far.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The time is over; the event is still on its way.
    #[error("the event has not come so far in time")]
    TimedOut {
        /// The trouble that keeps it from being delivered, if there is any.
        #[source]
        trouble: Option<TransportError>,
    },
    /// The worker thread, which delivers the event, cannot wait for it.
    #[error("a callback cannot wait for a delivery: it runs on the thread that delivers")]
    WouldDeadlock,
}
