//! What a collector has counted.

use std::sync::atomic::{AtomicU64, Ordering};

use jkool_model::EntityKind;
use serde::Serialize;

/// What a collector has counted since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Connections accepted; over TLS, those that completed their handshake.
    pub connections: u64,
    /// Requests read, whatever their answer.
    pub requests: u64,
    /// Entities accepted: the sum of the kinds below.
    pub accepted: u64,
    /// Events accepted.
    pub events: u64,
    /// Activities accepted.
    pub activities: u64,
    /// Snapshots accepted.
    pub snapshots: u64,
    /// Datasets accepted.
    pub datasets: u64,
    /// Log entries accepted.
    pub log_entries: u64,
    /// Bytes of JSON accepted.
    pub accepted_bytes: u64,
    /// Requests refused because a body was not a valid entity (400); what came by other means counts as a request
    /// here and below.
    pub invalid: u64,
    /// Requests refused for want of the right token (401), handshakes included.
    pub unauthorized: u64,
    /// Requests refused because they came too slowly (408).
    pub too_slow: u64,
    /// Requests refused because their body was over the limit (413).
    pub too_large: u64,
    /// Requests that could not be stored in the output file (503); their senders were told to try again.
    pub not_stored: u64,
    /// Handshakes answered with success.
    pub handshakes: u64,
    /// Pings answered.
    pub pings: u64,
}

/// The counters behind [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) connections: Counter,
    pub(crate) requests: Counter,
    pub(crate) events: Counter,
    pub(crate) activities: Counter,
    pub(crate) snapshots: Counter,
    pub(crate) datasets: Counter,
    pub(crate) log_entries: Counter,
    pub(crate) accepted_bytes: Counter,
    pub(crate) invalid: Counter,
    pub(crate) unauthorized: Counter,
    pub(crate) too_slow: Counter,
    pub(crate) too_large: Counter,
    pub(crate) not_stored: Counter,
    pub(crate) handshakes: Counter,
    pub(crate) pings: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counters {
    /// Counts an accepted entity.
    pub(crate) fn accept(&self, kind: EntityKind, bytes: usize) {
        let counter = match kind {
            EntityKind::Activity => &self.activities,
            EntityKind::Snapshot => &self.snapshots,
            EntityKind::Dataset => &self.datasets,
            EntityKind::LogEntry => &self.log_entries,
            _ => &self.events,
        };
        counter.add(1);
        self.accepted_bytes.add(bytes as u64);
    }

    pub(crate) fn read(&self) -> Stats {
        let (events, activities, snapshots) =
            (self.events.get(), self.activities.get(), self.snapshots.get());
        let (datasets, log_entries) = (self.datasets.get(), self.log_entries.get());
        Stats {
            connections: self.connections.get(),
            requests: self.requests.get(),
            accepted: events + activities + snapshots + datasets + log_entries,
            events,
            activities,
            snapshots,
            datasets,
            log_entries,
            accepted_bytes: self.accepted_bytes.get(),
            invalid: self.invalid.get(),
            unauthorized: self.unauthorized.get(),
            too_slow: self.too_slow.get(),
            too_large: self.too_large.get(),
            not_stored: self.not_stored.get(),
            handshakes: self.handshakes.get(),
            pings: self.pings.get(),
        }
    }
}

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
