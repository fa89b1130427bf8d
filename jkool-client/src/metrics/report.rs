//! Turns series into snapshots.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jkool_model::{Property, Snapshot, Timestamp, ValueType};
use metrics::{Key, SharedString};

use super::Temporality;
use super::description::Kind;
use super::registry::Registry;
use super::store::{Series, Store};
use super::unit;
use crate::reporting::{Distribution, Emit, Moment, Source};

/// Names that labels must not have.
const OWN_NAMES: [&str; 9] = [
    "value",
    "count",
    "sum",
    "min",
    "max",
    "p50",
    "p90",
    "p99",
    "description",
];

/// Reports the series of one recorder.
pub(super) struct MetricsReport {
    registry: Arc<Registry>,
    temporality: Temporality,
    idle_timeout: Duration,
    overflow_told: u64,
    counters: Idle,
    gauges: Idle,
    histograms: Idle,
}

/// When each series last had news.
type Idle = HashMap<Key, Instant>;

impl MetricsReport {
    pub(super) fn new(registry: Arc<Registry>, temporality: Temporality, idle_timeout: Duration) -> Self {
        Self {
            registry,
            temporality,
            idle_timeout,
            overflow_told: 0,
            counters: Idle::new(),
            gauges: Idle::new(),
            histograms: Idle::new(),
        }
    }

    fn report_overflow(&mut self, emit: Emit<'_>) {
        let lost = self.registry.overflow.updates();
        if lost == self.overflow_told {
            return;
        }
        let overflow = Property::new("overflow", lost).value_type(ValueType::COUNTER);
        let snapshot = Snapshot::new("Metrics").category("jKool").add_property(overflow);
        if emit(snapshot) {
            self.overflow_told = lost;
        }
    }
}

impl Source for MetricsReport {
    fn report(&mut self, moment: Moment, emit: Emit<'_>) {
        let registry = Arc::clone(&self.registry);
        let temporality = self.temporality;
        let round = Round {
            registry: &registry,
            is_full: moment == Moment::Interval,
            now: Instant::now(),
            time: Timestamp::now(),
            idle_timeout: self.idle_timeout,
        };
        let of_count = match temporality {
            Temporality::Delta => ValueType::ABSOLUTE,
            Temporality::Cumulative => ValueType::COUNTER,
        };
        round.report(&registry.counters, &mut self.counters, |key, counter| {
            let (total, told) = (counter.total(), counter.told());
            let value = match temporality {
                Temporality::Delta => total.saturating_sub(told),
                Temporality::Cumulative => total,
            };
            let layout = round.layout(Kind::Counter, key);
            let value_type = layout.unit.clone().unwrap_or_else(|| of_count.clone());
            let snapshot = layout
                .snapshot
                .add_property(Property::new("value", value).value_type(value_type));
            if emit(snapshot) {
                counter.set_told(total);
            }
        });
        round.report(&registry.gauges, &mut self.gauges, |key, gauge| {
            let has_news = gauge.take_news();
            let Some(value) = gauge.value() else { return };
            let layout = round.layout(Kind::Gauge, key);
            let value_type = layout.unit.unwrap_or(ValueType::GAUGE);
            let snapshot = layout
                .snapshot
                .add_property(Property::new("value", value).value_type(value_type));
            if !emit(snapshot) && has_news {
                gauge.put_news_back();
            }
        });
        round.report(&registry.histograms, &mut self.histograms, |key, histogram| {
            let news = histogram.take_news();
            let mut told = histogram.told();
            let numbers = match temporality {
                Temporality::Delta => Cow::Borrowed(&news),
                Temporality::Cumulative => {
                    let mut all = told.clone();
                    all.merge(&news);
                    Cow::Owned(all)
                }
            };
            let layout = round.layout(Kind::Histogram, key);
            let snapshot = match numbers.count() {
                0 => layout
                    .snapshot
                    .add_property(Property::new("count", 0_i64).value_type(of_count.clone())),
                _ => {
                    layout
                        .snapshot
                        .properties(numbers.properties("", of_count.clone(), layout.unit.as_ref()))
                }
            };
            if !emit(snapshot) {
                histogram.put_news_back(&news);
            } else if let Cow::<'_, Distribution>::Owned(all) = numbers {
                *told = all;
            }
        });
        self.report_overflow(emit);
    }

    fn is_over(&self) -> bool {
        // The recorder is gone, so no series can come up; one that a handle keeps alive has had its last report.
        Arc::strong_count(&self.registry) == 1
    }
}

/// One report of all series.
struct Round<'a> {
    registry: &'a Registry,
    /// Whether series without news are reported too.
    is_full: bool,
    now: Instant,
    time: Timestamp,
    idle_timeout: Duration,
}

/// What all kinds have in common.
struct Layout {
    snapshot: Snapshot,
    unit: Option<ValueType>,
}

impl Round<'_> {
    /// Tells of each series that is neither idle for long nor without news where only news are wanted; forgets those
    /// that nobody holds.
    fn report<S: Series>(&self, store: &Store<S>, idle: &mut Idle, mut tell: impl FnMut(&Key, &S)) {
        let mut forgettable = Vec::new();
        for (key, series) in store.list() {
            let has_news = series.has_news();
            let since = idle.entry(key.clone()).or_insert(self.now);
            if has_news {
                *since = self.now;
            }
            if self.now.saturating_duration_since(*since) >= self.idle_timeout {
                forgettable.push(key);
            } else if has_news || self.is_full {
                tell(&key, &series);
            }
        }
        for key in forgettable {
            if store.forget(&key, &self.registry.room) {
                idle.remove(&key);
            }
        }
    }

    fn layout(&self, kind: Kind, key: &Key) -> Layout {
        let (name, labels) = key.clone().into_parts();
        let description = self.registry.description(kind, name.clone());
        let labels = labels.into_iter().map(|label| {
            let (name, value) = label.into_parts();
            Property::new(label_name(name), Cow::<'static, str>::from(value))
        });
        let mut snapshot = Snapshot::bare(Cow::<'static, str>::from(name))
            .time(self.time)
            .category(kind.category())
            .properties(labels);
        let unit = description
            .as_ref()
            .and_then(|description| description.unit)
            .and_then(unit::value_type);
        if let Some(description) = description
            && !description.text.is_empty()
        {
            snapshot = snapshot.property("description", Cow::<'static, str>::from(description.text));
        }
        Layout { snapshot, unit }
    }
}

fn label_name(name: SharedString) -> Cow<'static, str> {
    if OWN_NAMES.contains(&&*name) {
        Cow::Owned(format!("label.{name}"))
    } else {
        Cow::from(name)
    }
}
