//! Why an event was filtered.

use std::fmt;

/// Why an event was filtered: not sent, and not meant to be. Each is counted under its reason in
/// [`Stats::filtered`](crate::Stats::filtered).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilterReason {
    /// Its severity is below the [level](crate::ClientBuilder::level), or below that of its
    /// [logger or target](crate::ClientBuilder::target_level).
    Level,
    /// Its activity was not among those that are [sampled](crate::ClientBuilder::sample).
    Sampling,
    /// It [repeated](crate::ClientBuilder::suppress_repeats) an event that was sent shortly before.
    Repeat,
    /// There were more events than the [rate limit](crate::ClientBuilder::rate_limit) lets pass.
    RateLimit,
    /// The hook [`before_send`](crate::ClientBuilder::before_send) refused it, or panicked.
    BeforeSend,
}

impl FilterReason {
    /// All reasons, in the order in which the filters are asked.
    pub const ALL: [Self; 5] = [
        Self::Level,
        Self::Sampling,
        Self::Repeat,
        Self::RateLimit,
        Self::BeforeSend,
    ];

    /// The reason in a word or two of lower case, for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Sampling => "sampling",
            Self::Repeat => "repeat",
            Self::RateLimit => "rate limit",
            Self::BeforeSend => "before send",
        }
    }
}

impl fmt::Display for FilterReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
