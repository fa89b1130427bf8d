//! Points in time as jKool counts them: microseconds since 1970-01-01 UTC.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time in microseconds since the Unix epoch, the unit of every `…-usec` field.
///
/// ```
/// use jkool_model::Timestamp;
///
/// let noon = Timestamp::from_micros(1_457_524_800_000_000);
/// assert_eq!(noon.as_micros(), 1_457_524_800_000_000);
/// assert!(Timestamp::now() > noon);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The Unix epoch itself.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// Reads the system clock.
    #[inline]
    #[must_use]
    pub fn now() -> Self {
        Timestamp::from(SystemTime::now())
    }

    /// A time given in microseconds since the epoch; negative values lie before it.
    #[inline]
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }

    /// Microseconds since the epoch.
    #[inline]
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The time that has passed since `earlier`, or zero if `earlier` is the later one.
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl From<SystemTime> for Timestamp {
    /// Times that do not fit are moved to the nearest one that does, some 292,000 years away.
    #[inline]
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Timestamp(micros(after)),
            Err(before) => Timestamp(-micros(before.duration())),
        }
    }
}

impl fmt::Display for Timestamp {
    /// The number of microseconds, as on the wire.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Whole microseconds of a duration, at most `i64::MAX`.
#[inline]
pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs())
        .ok()
        .and_then(|seconds| seconds.checked_mul(1_000_000))
        .and_then(|micros| micros.checked_add(i64::from(duration.subsec_micros())))
        .unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_times_before_and_after_the_epoch() {
        assert_eq!(
            Timestamp::from(UNIX_EPOCH + Duration::from_nanos(1_999)).as_micros(),
            1
        );
        assert_eq!(
            Timestamp::from(UNIX_EPOCH - Duration::from_micros(5)).as_micros(),
            -5
        );
        assert_eq!(micros(Duration::MAX), i64::MAX);
    }

    #[test]
    fn durations_never_go_negative() {
        let (early, late) = (Timestamp::from_micros(1), Timestamp::from_micros(4));
        assert_eq!(late.saturating_duration_since(early), Duration::from_micros(3));
        assert_eq!(early.saturating_duration_since(late), Duration::ZERO);
    }
}
