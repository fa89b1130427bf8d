//! How long the client waits before it tries again.

use std::time::Duration;

/// How long the client waits before it tries again: a random time between nothing and a bound that doubles with each
/// failure in a row ("full jitter"). When the bound doubles no more, the time is between half of it and all of it.
///
/// So the longer a far end was away, the more its clients spread: of a thousand with the defaults, after an outage of
/// two minutes or more, about 1.7 % return in the fullest second, and 58 s pass on average. After a short outage all are
/// back soon, and so within a few seconds. To spread more, or to be back sooner, set
/// [`max_delay`](Self::max_delay).
///
/// There is no limit on the number of tries; an event is given up when its
/// [delivery time-out](crate::ClientBuilder::delivery_timeout) is over. The wait belongs to the connection, not to an
/// event. A failure among many successes (at most one in ten) is tried again without a wait.
///
/// ```
/// use std::time::Duration;
/// use jkool_client::RetryPolicy;
///
/// let policy = RetryPolicy::default().max_delay(Duration::from_secs(10));
/// assert_eq!(policy.max_delay, Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The bound of the first wait. Default: 0.5 s.
    pub initial_delay: Duration,
    /// The bound of any wait. Default: 150 s, so that events survive two such waits in a row before they
    /// [expire](crate::ClientBuilder::delivery_timeout).
    pub max_delay: Duration,
    /// The longest wait that the far end may ask for (`Retry-After`). Default: 2 min, so that events survive two such
    /// waits in a row before they [expire](crate::ClientBuilder::delivery_timeout).
    pub max_retry_after: Duration,
    /// While everything is [held](crate::Health::Holding), how often the oldest event probes whether the trouble is
    /// over. Default: 60 s.
    pub probe_interval: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            initial_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(150),
            max_retry_after: Duration::from_secs(120),
            probe_interval: Duration::from_secs(60),
        }
    }
}

/// No wait is longer; what is longer could not be added to the present time.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

impl RetryPolicy {
    /// Sets the bound of the first wait.
    #[must_use]
    pub fn initial_delay(self, initial_delay: Duration) -> Self {
        Self {
            initial_delay,
            ..self
        }
    }

    /// Sets the bound of any wait.
    #[must_use]
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    /// Sets the longest wait that the far end may ask for.
    #[must_use]
    pub fn max_retry_after(self, max_retry_after: Duration) -> Self {
        Self {
            max_retry_after,
            ..self
        }
    }

    /// Sets the time between two probes.
    #[must_use]
    pub fn probe_interval(self, probe_interval: Duration) -> Self {
        Self {
            probe_interval,
            ..self
        }
    }

    /// The same, with waits that can be added to any time.
    pub(crate) fn clamped(self) -> Self {
        Self {
            initial_delay: self.initial_delay.min(LONGEST),
            max_delay: self.max_delay.min(LONGEST),
            max_retry_after: self.max_retry_after.min(LONGEST),
            probe_interval: self.probe_interval.min(LONGEST),
        }
    }
}
