//! How many events may be sent in a second.

use jkool_model::Severity;

/// How many events may be sent in a second, and how many of them at once.
///
/// ```
/// use jkool_client::{RateLimit, Severity};
///
/// // 1,000 a second on average; after a quiet time up to 5,000 at once; errors in any case.
/// let limit = RateLimit::per_second(1_000).burst(5_000).exempt(Severity::Error);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a rate limit does nothing until it is given to `ClientBuilder::rate_limit`"]
pub struct RateLimit {
    pub(super) per_second: u32,
    pub(super) burst: u32,
    pub(super) exempt: Option<Severity>,
}

impl RateLimit {
    /// So many events per second; zero is an error of [`build`](crate::ClientBuilder::build).
    pub const fn per_second(events: u32) -> Self {
        RateLimit {
            per_second: events,
            burst: events,
            exempt: None,
        }
    }

    /// How many events may pass at once after a quiet time. Never more than these, and the rate times the time, pass
    /// in any span of time. Zero is an error of [`build`](crate::ClientBuilder::build). Default: those of one second.
    pub const fn burst(mut self, events: u32) -> Self {
        self.burst = events;
        self
    }

    /// What is at least this severe always passes, and uses up nothing of the limit. Default: the limit is one for
    /// all, since a storm of errors is a storm too.
    pub const fn exempt(mut self, severity: Severity) -> Self {
        self.exempt = Some(severity);
        self
    }
}
