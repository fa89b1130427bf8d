//! What a client was told about filters.

use std::time::Duration;

use jkool_model::Severity;

use super::{BeforeSend, Filters, RateLimit, Repeats, Sampling, TargetLevels, TokenBucket};
use crate::BuildError;

/// What a client was told about filters.
#[derive(Debug)]
pub(crate) struct FilterOptions {
    pub(crate) levels: TargetLevels,
    pub(crate) sample: f64,
    pub(crate) repeat_window: Duration,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) before_send: Option<BeforeSend>,
}

impl FilterOptions {
    /// Nothing but the level.
    pub(crate) fn new() -> Self {
        FilterOptions {
            levels: TargetLevels::new(Severity::Info),
            sample: 1.0,
            repeat_window: Duration::ZERO,
            rate_limit: None,
            before_send: None,
        }
    }

    /// The filters, if all settings make sense.
    pub(crate) fn build(self) -> Result<Filters, BuildError> {
        if !(0.0..=1.0).contains(&self.sample) {
            return Err(BuildError::SampleShare { share: self.sample });
        }
        if let Some(limit) = self.rate_limit {
            if limit.per_second == 0 {
                return Err(BuildError::ZeroLimit {
                    setter: "RateLimit::per_second",
                });
            }
            if limit.burst == 0 {
                return Err(BuildError::ZeroLimit {
                    setter: "RateLimit::burst",
                });
            }
        }
        Ok(Filters::new(
            self.levels,
            (self.sample < 1.0).then(|| Sampling::new(self.sample)),
            (!self.repeat_window.is_zero()).then(|| Repeats::new(self.repeat_window)),
            self.rate_limit.map(TokenBucket::new),
            self.before_send,
        ))
    }
}
