//! What the facade calls.

use std::fmt;
use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::cell_cache;
use super::description::{Description, Kind};
use super::registry::Registry;

/// A recorder for the `metrics` facade, made by [`MetricsBuilder::build`](super::MetricsBuilder::build).
///
/// An update is a few atomic operations on the calling thread, a histogram's a short lock; nothing is encoded or queued
/// there.
pub struct MetricsRecorder {
    registry: Arc<Registry>,
}

impl MetricsRecorder {
    pub(super) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    fn describe(&self, kind: Kind, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.registry.describe(kind, name, Description { unit, text });
    }
}

impl Recorder for MetricsRecorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(Kind::Counter, key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(Kind::Gauge, key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.describe(Kind::Histogram, key, unit, description);
    }

    #[inline]
    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        let registry = &*self.registry;
        let cell = cell_cache::cell(registry.id, key, || {
            Some(registry.counters.get(key, &registry.room)?.cell())
        });
        match cell {
            Some(counter) => Counter::from_arc(counter),
            None => Counter::from_arc(Arc::clone(&self.registry.overflow)),
        }
    }

    #[inline]
    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        match self.registry.gauges.get(key, &self.registry.room) {
            Some(gauge) => Gauge::from_arc(gauge),
            None => Gauge::from_arc(Arc::clone(&self.registry.overflow)),
        }
    }

    #[inline]
    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        match self.registry.histograms.get(key, &self.registry.room) {
            Some(histogram) => Histogram::from_arc(histogram),
            None => Histogram::from_arc(Arc::clone(&self.registry.overflow)),
        }
    }
}

impl fmt::Debug for MetricsRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsRecorder").finish_non_exhaustive()
    }
}
