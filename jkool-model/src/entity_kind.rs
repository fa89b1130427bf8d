//! The kinds of entities that travel alone.

use std::fmt;

use crate::OperationType;

/// What an [`Entity`](crate::Entity) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// An [`Event`](crate::Event).
    Event,
    /// An [`Activity`](crate::Activity).
    Activity,
    /// A [`Snapshot`](crate::Snapshot).
    Snapshot,
    /// A [`Dataset`](crate::Dataset).
    Dataset,
    /// A [`LogEntry`](crate::LogEntry).
    LogEntry,
}

impl EntityKind {
    /// Every kind.
    pub const ALL: &'static [EntityKind] = &[
        EntityKind::Event,
        EntityKind::Activity,
        EntityKind::Snapshot,
        EntityKind::Dataset,
        EntityKind::LogEntry,
    ];

    /// The last segment of the typed URL path that takes this kind: `event`, `activity`, `snapshot`,
    /// `dataset` or `log`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            EntityKind::Event => "event",
            EntityKind::Activity => "activity",
            EntityKind::Snapshot => "snapshot",
            EntityKind::Dataset => "dataset",
            EntityKind::LogEntry => "log",
        }
    }

    /// The kind of a typed URL path's last segment.
    ///
    /// ```
    /// use jkool_model::EntityKind;
    ///
    /// assert_eq!(EntityKind::from_path("log"), Some(EntityKind::LogEntry));
    /// assert_eq!(EntityKind::from_path("logs"), None);
    /// ```
    #[must_use]
    pub fn from_path(segment: &str) -> Option<Self> {
        Self::ALL.iter().find(|kind| kind.path() == segment).copied()
    }

    /// The kind whose entities carry this `type`; everything that has no kind of its own is an event.
    #[must_use]
    pub const fn of(operation_type: OperationType) -> Self {
        match operation_type {
            OperationType::Activity => EntityKind::Activity,
            OperationType::Snapshot => EntityKind::Snapshot,
            OperationType::Dataset => EntityKind::Dataset,
            OperationType::Log => EntityKind::LogEntry,
            _ => EntityKind::Event,
        }
    }
}

impl fmt::Display for EntityKind {
    /// The word for it in running text, such as `log entry`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            EntityKind::LogEntry => "log entry",
            other => other.path(),
        })
    }
}
