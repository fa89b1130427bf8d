//! What happens to an event for which the queue has no room.

use std::time::Duration;

/// What happens to an event for which the queue has no room; see [`ClientBuilder::on_full`].
///
/// The queue is full when it holds [`max_queued_events`](crate::ClientBuilder::max_queued_events) or
/// [`max_queued_bytes`](crate::ClientBuilder::max_queued_bytes). A client with a spool moves events to disk before
/// that; then this says what happens when neither memory nor disk has room.
///
/// [`ClientBuilder::on_full`]: crate::ClientBuilder::on_full
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFull {
    /// The new event is handed back to the caller, in a [`SendError`](crate::SendError). The default.
    #[default]
    HandBack,
    /// The oldest events make room for the new one. Each of them is counted under
    /// [`DropReason::QueueFull`](crate::DropReason::QueueFull), and its receipt says so.
    ///
    /// Events under way are not dropped: if nothing else is queued, the new event is handed back. A buffer is free
    /// when all events in it are gone, so that one new event can cost as many as lie in 64 KiB, if bytes are short.
    DropOldest,
    /// The caller waits for room, for so long at most; then the event is handed back. The thread sleeps meanwhile; it
    /// wakes when a sixteenth of the queue is free again. In async code this blocks a thread of the runtime.
    ///
    /// The worker never waits: inside a callback of the client this is [`HandBack`](Self::HandBack).
    Block(Duration),
}
