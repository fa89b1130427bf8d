//! Values that are numbers, read with a word on what was expected.

use std::time::Duration;

/// Seconds above 0, at most a week.
pub(crate) fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero() && *timeout <= Duration::from_secs(7 * 86_400))
        .ok_or("expected a number of seconds above 0 and at most a week")
}

/// A whole number of either sign.
pub(crate) fn whole_number(text: &str) -> Result<i64, &'static str> {
    text.parse()
        .map_err(|_| "expected a whole number of at most 64 bits")
}

/// A whole number that is not negative.
pub(crate) fn count(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "expected a whole number, 0 or more")
}

/// How many requests or messages may be under way.
pub(crate) fn in_flight(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .ok()
        .filter(|number| (1..=10_000).contains(number))
        .ok_or("expected a whole number from 1 to 10000")
}

/// What MQTT can express as its keep-alive interval.
pub(crate) fn keepalive(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .ok()
        .filter(|seconds| *seconds > 0)
        .map(|seconds: u16| Duration::from_secs(seconds.into()))
        .ok_or("expected a whole number of seconds from 1 to 65535")
}
