//! What records hold, as numbers on disk.

use jkool_model::EntityKind;

/// The number on disk; it never changes its meaning.
pub(super) fn number(kind: EntityKind) -> u8 {
    match kind {
        EntityKind::Activity => 1,
        EntityKind::Snapshot => 2,
        EntityKind::Dataset => 3,
        EntityKind::LogEntry => 4,
        _ => 0,
    }
}

/// What the number means.
pub(super) fn of(number: u8) -> EntityKind {
    match number {
        1 => EntityKind::Activity,
        2 => EntityKind::Snapshot,
        3 => EntityKind::Dataset,
        4 => EntityKind::LogEntry,
        _ => EntityKind::Event,
    }
}
