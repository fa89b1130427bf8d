//! Counts and times by hand, without another crate.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jkool_model::{Property, Snapshot, ValueType};

use super::distribution::Distribution;
use super::{Emit, Moment, Source, Stopwatch};

/// Counts, times and numbers that are taken together as one snapshot. A clone is cheap and shares them.
///
/// For a handful of figures about one thing. What a program has many of, or labels, is better told by the `metrics`
/// facade (feature `metrics`).
///
/// ```
/// use jkool_client::{Client, Meter};
/// # use jkool_client::transport::testing::Recording;
/// # use std::time::Duration;
///
/// # let client = Client::builder().transport(Recording::new()).build()?;
/// let checkout = Meter::new("Checkout").category("Order");
/// client.report_meter(&checkout, Duration::from_secs(10))?; // or `client.snapshot(checkout.take())` when it suits
///
/// checkout.count("orders", 1);
/// checkout.record("amount", 99.5);
/// let paid = checkout.time("pay", || true); // what the closure returns
/// # assert!(paid);
///
/// let snapshot = checkout.take();
/// let names: Vec<_> = snapshot.get_properties().iter().map(|property| property.name()).collect();
/// assert_eq!(names[..3], ["orders", "amount-count", "amount-sum"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Meter {
    name: Cow<'static, str>,
    category: Option<Cow<'static, str>>,
    readings: Arc<Mutex<Readings>>,
}

/// In the order in which the names came up. There are few, so that looking along them is the fastest way.
#[derive(Default)]
struct Readings {
    list: Vec<(Cow<'static, str>, Reading)>,
}

#[derive(Clone)]
enum Reading {
    Count(u64),
    Numbers(Distribution),
    Times(Distribution),
}

impl Meter {
    /// A meter with nothing counted yet; `name` is that of its snapshots.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            category: None,
            readings: Arc::default(),
        }
    }

    /// The category of its snapshots. Default: none.
    #[must_use]
    pub fn category(mut self, category: impl Into<Cow<'static, str>>) -> Self {
        self.category = Some(category.into());
        self
    }

    /// Adds `amount` to a count: one property, of the value type `absolute`.
    ///
    /// The first use of a name decides what it is: to count under the name of a time does nothing, and vice versa.
    pub fn count(&self, name: impl Into<Cow<'static, str>>, amount: u64) {
        if let Reading::Count(sum) = self.lock().entry(name.into(), || Reading::Count(0)) {
            *sum = sum.saturating_add(amount);
        }
    }

    /// Takes a number, for seven properties: `name-count`, `-sum`, `-min`, `-max`, `-p50`, `-p90` and `-p99`. The
    /// percentiles are at most 1/64 too near to zero, the others exact. NaN and the infinities are passed over.
    pub fn record(&self, name: impl Into<Cow<'static, str>>, value: f64) {
        let none = || Reading::Numbers(Distribution::default());
        if let Reading::Numbers(numbers) = self.lock().entry(name.into(), none) {
            numbers.record(value, 1);
        }
    }

    /// Takes a time, as [`record`](Self::record) a number: in microseconds, with the value type `age.usec`.
    pub fn record_time(&self, name: impl Into<Cow<'static, str>>, time: Duration) {
        let none = || Reading::Times(Distribution::default());
        if let Reading::Times(times) = self.lock().entry(name.into(), none) {
            times.record(time.as_secs_f64() * 1e6, 1);
        }
    }

    /// Runs `work`, and takes how long that took; nothing if it panics.
    pub fn time<T>(&self, name: impl Into<Cow<'static, str>>, work: impl FnOnce() -> T) -> T {
        let stopwatch = Stopwatch::start();
        let result = work();
        self.record_time(name, stopwatch.elapsed());
        result
    }

    /// Everything since the last time as a snapshot of now; from here on it starts over.
    ///
    /// Without anything counted the snapshot has no properties, and is not worth sending.
    pub fn take(&self) -> Snapshot {
        let readings = std::mem::take(&mut *self.lock());
        self.snapshot(&readings)
    }

    fn snapshot(&self, readings: &Readings) -> Snapshot {
        let mut snapshot = Snapshot::new(self.name.clone());
        if let Some(category) = &self.category {
            snapshot = snapshot.category(category.clone());
        }
        for (name, reading) in &readings.list {
            let prefix = format!("{name}-");
            snapshot = match reading {
                Reading::Count(count) => {
                    snapshot.add_property(Property::new(name.clone(), *count).value_type(ValueType::ABSOLUTE))
                }
                Reading::Numbers(numbers) => {
                    snapshot.properties(numbers.properties(&prefix, ValueType::ABSOLUTE, None))
                }
                Reading::Times(times) => {
                    let unit = ValueType::AGE_USEC;
                    snapshot.properties(times.properties(&prefix, ValueType::ABSOLUTE, Some(&unit)))
                }
            };
        }
        snapshot
    }

    fn lock(&self) -> MutexGuard<'_, Readings> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Readings {
    fn entry(&mut self, name: Cow<'static, str>, none: impl FnOnce() -> Reading) -> &mut Reading {
        let known = self.list.iter().position(|(known, _)| *known == name);
        let index = known.unwrap_or_else(|| {
            self.list.push((name, none()));
            self.list.len() - 1
        });
        &mut self.list[index].1
    }

    /// Adds a later reading.
    fn add(&mut self, name: Cow<'static, str>, later: Reading) {
        let mut later = Some(later);
        let reading = self.entry(name, || later.take().unwrap_or(Reading::Count(0)));
        match (reading, later) {
            (Reading::Count(sum), Some(Reading::Count(amount))) => *sum = sum.saturating_add(amount),
            (Reading::Numbers(all), Some(Reading::Numbers(more)))
            | (Reading::Times(all), Some(Reading::Times(more))) => all.merge(&more),
            _ => {}
        }
    }
}

impl Source for Meter {
    fn report(&mut self, _moment: Moment, emit: Emit<'_>) {
        let readings = std::mem::take(&mut *self.lock());
        if readings.list.is_empty() || emit(self.snapshot(&readings)) {
            return;
        }
        // The queue is full: told the next time, together with what comes until then.
        let mut newer = self.lock();
        let later = std::mem::replace(&mut *newer, readings);
        for (name, reading) in later.list {
            newer.add(name, reading);
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
