//! What the client says of itself.

use std::fmt;
use std::sync::{Arc, Weak};

use jkool_model::{Property, Snapshot, ValueType};

use super::{Distribution, Emit, Moment, Source};
use crate::intake::Intake;
use crate::latency::Times;
use crate::{DropReason, FilterReason, Stats};

/// The numbers of one client.
pub(super) struct OwnStats {
    intake: Weak<Intake>,
}

impl OwnStats {
    pub(super) fn new(intake: &Arc<Intake>) -> Self {
        intake.ledger.latency.watch();
        Self {
            intake: Arc::downgrade(intake),
        }
    }
}

impl Source for OwnStats {
    fn report(&mut self, moment: Moment, emit: Emit<'_>) {
        // A flush asks for what is not told yet, and totals are never that.
        if moment == Moment::Flush {
            return;
        }
        let Some(intake) = self.intake.upgrade() else {
            return;
        };
        let times = intake.ledger.latency.take();
        let snapshot = snapshot(&intake.stats(), intake.queue.pending_bytes());
        if !emit(with_times(snapshot, &times)) {
            intake.ledger.latency.put_back(&times);
        }
    }
}

fn snapshot(stats: &Stats, pending_bytes: usize) -> Snapshot {
    let levels = [
        ("pending", stats.pending, ValueType::GAUGE),
        ("pending-bytes", pending_bytes as u64, ValueType::SIZE_BYTE),
        ("stored", stats.stored, ValueType::GAUGE),
    ]
    .map(|(name, level, value_type)| Property::new(name, level).value_type(value_type));
    let counts = [
        ("accepted", stats.accepted),
        ("adopted", stats.adopted),
        ("delivered", stats.delivered),
        ("handed", stats.handed),
        ("refused", stats.refused),
        ("filtered", stats.filtered.total()),
        ("retries", stats.retries),
        ("retries-in-doubt", stats.retries_in_doubt),
        ("connections", stats.connections),
        ("holds", stats.holds),
        ("panics", stats.panics),
        ("dropped", stats.dropped.total()),
    ]
    .map(|(name, count)| Property::new(name, count).value_type(ValueType::COUNTER));
    let dropped = DropReason::ALL.map(|reason| {
        Property::new(property_name("dropped", reason), stats.dropped.get(reason))
            .value_type(ValueType::COUNTER)
    });
    let filtered = FilterReason::ALL.map(|reason| {
        Property::new(property_name("filtered", reason), stats.filtered.get(reason))
            .value_type(ValueType::COUNTER)
    });
    Snapshot::new("Delivery")
        .category("jKool")
        .properties(levels)
        .properties(counts)
        .properties(dropped)
        .properties(filtered)
}

/// Names have no blanks; reasons may.
fn property_name(what: &str, reason: impl fmt::Display) -> String {
    format!("{what}-{reason}").replace(' ', "-")
}

/// Adds what was confirmed since the last report, if anything was.
fn with_times(snapshot: Snapshot, times: &Times) -> Snapshot {
    let add = |snapshot: Snapshot, prefix: &str, distribution: &Distribution| match distribution.count() {
        0 => snapshot,
        _ => snapshot.properties(distribution.properties(
            prefix,
            ValueType::ABSOLUTE,
            Some(&ValueType::AGE_USEC),
        )),
    };
    let snapshot = add(snapshot, "send-time-", &times.send);
    add(snapshot, "delivery-time-", &times.delivery)
}
