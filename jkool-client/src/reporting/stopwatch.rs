//! Times what a snapshot tells.

use std::time::{Duration, Instant};

use jkool_model::{Property, ValueType};

/// Measures how long something takes.
///
/// ```
/// use jkool_client::{Snapshot, Stopwatch};
///
/// let stopwatch = Stopwatch::start();
/// // … place the order …
/// let payment = Snapshot::new("Payment")
///     .category("Order")
///     .add_property(stopwatch.property("pay-usec"));
/// assert_eq!(payment.get_properties()[0].get_value_type().unwrap().as_str(), "age.usec");
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a stopwatch that nobody reads measures nothing"]
pub struct Stopwatch {
    start: Instant,
}

impl Stopwatch {
    /// A stopwatch that runs from now on, on the monotonic clock.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// How long it has run.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// How long it has run; from now on it starts over. For the laps of a loop.
    pub fn restart(&mut self) -> Duration {
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(self.start);
        self.start = now;
        elapsed
    }

    /// How long it has run, as a property: whole microseconds of the value type `age.usec`.
    #[must_use]
    pub fn property(&self, name: impl Into<std::borrow::Cow<'static, str>>) -> Property {
        let micros = i64::try_from(self.elapsed().as_micros()).unwrap_or(i64::MAX);
        Property::new(name, micros).value_type(ValueType::AGE_USEC)
    }
}
