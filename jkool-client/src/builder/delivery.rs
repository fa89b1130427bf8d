//! How events are delivered.

use std::time::Duration;

use crate::{ClientBuilder, OnFull, RetryPolicy};

impl ClientBuilder {
    /// The most events that are queued or under way. What happens then says [`on_full`](Self::on_full). Never
    /// exceeded; while several threads send, up to 1/16 may be out of reach for some milliseconds. Default: 100,000.
    pub fn max_queued_events(mut self, events: usize) -> Self {
        self.max_queued_events = events;
        self
    }

    /// The most bytes of encoded events that are queued or under way. A buffer of up to 64 KiB counts in full until all
    /// events in it are settled. Never exceeded; while several threads send, up to 1/16 may be out of reach for some
    /// milliseconds. Default: 64 MiB.
    pub fn max_queued_bytes(mut self, bytes: usize) -> Self {
        self.max_queued_bytes = bytes;
        self
    }

    /// What happens to an event for which the queue has no room. Default: it is handed back to the caller.
    pub fn on_full(mut self, on_full: OnFull) -> Self {
        self.on_full = on_full;
        self
    }

    /// How many requests may be under way at once. A transport given whole has a limit of its own; the lower one counts.
    /// Default: 8.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = requests;
        self
    }

    /// Whether the first copies of all events arrive in the order in which they were accepted, across threads. Then
    /// only as many requests are under way as the transport keeps in order; for HTTP that is one. Otherwise, events of
    /// one thread are sent in order, but may overtake each other on the way. Default: no.
    ///
    /// A transport that puts several events into one request must itself keep their order.
    pub fn ordered(mut self, is_ordered: bool) -> Self {
        self.is_ordered = is_ordered;
        self
    }

    /// How long an event may wait for its delivery; then it is dropped as [`Expired`](crate::DropReason::Expired).
    /// Default: 5 min.
    pub fn delivery_timeout(mut self, timeout: Duration) -> Self {
        self.delivery_timeout = timeout;
        self
    }

    /// How long to wait before trying again. Default: see [`RetryPolicy`].
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How long the drop of the last handle, or of a [`Guard`](crate::Guard), may take to deliver what is queued.
    /// Default: 2 s.
    pub fn drop_timeout(mut self, timeout: Duration) -> Self {
        self.drop_timeout = timeout;
        self
    }
}
