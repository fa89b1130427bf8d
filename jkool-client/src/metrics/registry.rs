//! All series of one recorder.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::KeyName;

use super::counter::CounterSeries;
use super::description::{Description, Kind};
use super::gauge::GaugeSeries;
use super::histogram::HistogramSeries;
use super::overflow::Overflow;
use super::store::{Room, Store};

/// All series of one recorder, and what is said of them.
pub(super) struct Registry {
    /// Tells the registries of a process apart, those that are gone included.
    pub(super) id: u64,
    pub(super) counters: Store<CounterSeries>,
    pub(super) gauges: Store<GaugeSeries>,
    pub(super) histograms: Store<HistogramSeries>,
    pub(super) room: Room,
    pub(super) overflow: Arc<Overflow>,
    descriptions: Mutex<HashMap<(Kind, KeyName), Description>>,
}

impl Registry {
    pub(super) fn new(max_series: usize) -> Self {
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            counters: Store::default(),
            gauges: Store::default(),
            histograms: Store::default(),
            room: Room::new(max_series),
            overflow: Arc::default(),
            descriptions: Mutex::default(),
        }
    }

    /// Keeps a description. There are as many at most as there may be series; the program's code names them.
    pub(super) fn describe(&self, kind: Kind, name: KeyName, description: Description) {
        let mut descriptions = self.lock();
        if descriptions.len() < self.room.max_series() || descriptions.contains_key(&(kind, name.clone())) {
            descriptions.insert((kind, name), description);
        }
    }

    /// What is said of a metric.
    pub(super) fn description(&self, kind: Kind, name: KeyName) -> Option<Description> {
        self.lock().get(&(kind, name)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Kind, KeyName), Description>> {
        self.descriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
