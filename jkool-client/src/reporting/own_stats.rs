//! What the client says of itself.

use std::sync::{Arc, Weak};

use jkool_model::{Property, Snapshot, ValueType};

use super::{Emit, Moment, Source};
use crate::intake::Intake;
use crate::{DropReason, FilterReason, Stats};

/// The numbers of one client.
pub(super) struct OwnStats {
    intake: Weak<Intake>,
}

impl OwnStats {
    pub(super) fn new(intake: &Arc<Intake>) -> Self {
        Self {
            intake: Arc::downgrade(intake),
        }
    }
}

impl Source for OwnStats {
    fn report(&mut self, moment: Moment, emit: Emit<'_>) {
        // A flush asks for what is not told yet, and these numbers are never that.
        if moment != Moment::Flush
            && let Some(intake) = self.intake.upgrade()
        {
            emit(snapshot(&intake.stats()));
        }
    }
}

fn snapshot(stats: &Stats) -> Snapshot {
    let counts = [
        ("accepted", stats.accepted),
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
        Property::new(format!("dropped-{reason}"), stats.dropped.get(reason)).value_type(ValueType::COUNTER)
    });
    let filtered = FilterReason::ALL.map(|reason| {
        Property::new(format!("filtered-{reason}"), stats.filtered.get(reason)).value_type(ValueType::COUNTER)
    });
    Snapshot::new("Delivery")
        .category("jKool")
        .add_property(Property::new("pending", stats.pending).value_type(ValueType::GAUGE))
        .properties(counts)
        .properties(dropped)
        .properties(filtered)
}
