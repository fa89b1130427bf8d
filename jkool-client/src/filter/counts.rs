//! How many events were filtered.

use super::FilterReason;

/// How many events were filtered, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilterCounts {
    pub(crate) level: u64,
    pub(crate) sampling: u64,
    pub(crate) repeat: u64,
    pub(crate) rate_limit: u64,
    pub(crate) before_send: u64,
}

impl FilterCounts {
    /// How many were filtered for this reason.
    #[must_use]
    pub fn get(&self, reason: FilterReason) -> u64 {
        match reason {
            FilterReason::Level => self.level,
            FilterReason::Sampling => self.sampling,
            FilterReason::Repeat => self.repeat,
            FilterReason::RateLimit => self.rate_limit,
            FilterReason::BeforeSend => self.before_send,
        }
    }

    /// How many were filtered for any reason.
    #[must_use]
    pub fn total(&self) -> u64 {
        FilterReason::ALL.into_iter().map(|reason| self.get(reason)).sum()
    }
}
