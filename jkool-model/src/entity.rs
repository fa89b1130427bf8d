//! Everything that travels alone, in one type.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoder::Encode;
use crate::field_sink::{Describe, FieldSink};
use crate::{
    Activity, Dataset, Dialect, Encoder, EntityKind, Event, LogEntry, NonFinite, Problems, RawJson,
    ReadError, Severity, Snapshot, Timestamp, TrackingId, entity_reader, serde_sink, validation,
};

/// An event, activity, snapshot, dataset or log entry.
///
/// ```
/// use jkool_model::{Entity, EntityKind, Event};
///
/// let entity = Entity::from(Event::new("PlaceOrder"));
/// assert_eq!(entity.kind(), EntityKind::Event);
/// assert_eq!(entity.name(), Some("PlaceOrder"));
///
/// let read = Entity::from_json(br#"{"type": "DATASET", "name": "prices"}"#).unwrap();
/// assert_eq!(read.kind(), EntityKind::Dataset);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entity {
    /// Something that happened.
    Event(Event),
    /// Something that took a while.
    Activity(Activity),
    /// A group of properties taken at one moment.
    Snapshot(Snapshot),
    /// A group of properties that are data.
    Dataset(Dataset),
    /// A line of a log.
    LogEntry(LogEntry),
}

/// Does the same with whichever entity it is.
macro_rules! each {
    ($entity:expr, $inner:ident => $do:expr) => {
        match $entity {
            Entity::Event($inner) => $do,
            Entity::Activity($inner) => $do,
            Entity::Snapshot($inner) => $do,
            Entity::Dataset($inner) => $do,
            Entity::LogEntry($inner) => $do,
        }
    };
}

impl Entity {
    /// Which of them it is.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        match self {
            Entity::Event(_) => EntityKind::Event,
            Entity::Activity(_) => EntityKind::Activity,
            Entity::Snapshot(_) => EntityKind::Snapshot,
            Entity::Dataset(_) => EntityKind::Dataset,
            Entity::LogEntry(_) => EntityKind::LogEntry,
        }
    }

    /// How serious it is.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        each!(self, entity => entity.get_severity())
    }

    /// The identity.
    #[must_use]
    pub fn tracking_id(&self) -> Option<&TrackingId> {
        each!(self, entity => entity.get_tracking_id())
    }

    /// When it happened or was taken.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        each!(self, entity => entity.get_time())
    }

    /// Where it comes from.
    #[must_use]
    pub fn source_fqn(&self) -> Option<&str> {
        each!(self, entity => entity.get_source_fqn())
    }

    /// The operation of an event, activity or log entry; the name of a snapshot or dataset.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Entity::Event(event) => event.get_operation(),
            Entity::Activity(activity) => activity.get_operation(),
            Entity::Snapshot(snapshot) => snapshot.get_name(),
            Entity::Dataset(dataset) => dataset.get_name(),
            Entity::LogEntry(entry) => entry.get_operation(),
        }
    }

    /// The operation of an event, activity or log entry; snapshots and datasets have none.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        match self {
            Entity::Snapshot(_) | Entity::Dataset(_) => None,
            operation => operation.name(),
        }
    }

    /// Sets a fresh tracking id and the current time where they are missing.
    pub fn stamp(&mut self) {
        each!(self, entity => entity.stamp());
    }

    /// Looks for everything the service could not make sense of.
    ///
    /// # Errors
    /// With all problems found; see [`ProblemKind`](crate::ProblemKind).
    pub fn validate(&self) -> Result<(), Problems> {
        each!(self, entity => entity.validate())
    }

    /// The entity as compact JSON.
    #[must_use]
    pub fn to_json(&self, dialect: Dialect) -> String {
        Encoder::new(dialect).encode_to_string(self)
    }

    /// Reads an entity of the kind its `type` says; without a type, an event.
    ///
    /// Every spelling that the clients of jKool use is understood, whatever the dialect:
    /// * the names of both [dialects](Dialect); where both stand side by side, TNT4J's fills the field, and
    ///   TNT4PY's is kept as a field of its own;
    /// * correlators and tags as one text or as a list, and numbers as texts;
    /// * enumerations in any case or by ordinal, the completion code `OK`, and Python's level names, `Level 25`
    ///   included;
    /// * a null is a field that is not set;
    /// * fields the model does not know are kept in order, as are values wider than its types;
    /// * of a repeated name the last counts.
    ///
    /// # Errors
    /// If the text is not one JSON object, or a field's value cannot be understood. The error names the field,
    /// what was expected there, and the line and column.
    pub fn from_json(json: &[u8]) -> Result<Self, ReadError> {
        entity_reader::read(json)
    }

    /// Reads an entity of a kind that is known otherwise, for example from the path of a URL.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json), and if the `type` in the JSON is that of another kind. A log entry may
    /// also have the type EVENT, as TNT4J sends it.
    pub fn from_json_as(kind: EntityKind, json: &[u8]) -> Result<Self, ReadError> {
        entity_reader::read_as(kind, json)
    }
}

impl Describe for Entity {
    #[inline]
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        each!(self, entity => entity.describe(sink))
    }
}

impl Encode for Entity {}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_sink::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Entity {
    /// As [`Entity::from_json`]; the deserializer must be one of `serde_json`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = RawJson::deserialize(deserializer)?;
        entity_reader::read(json.as_str().as_bytes()).map_err(serde::de::Error::custom)
    }
}

/// What every entity can do, written once.
macro_rules! entities {
    ($( $type:ident, $validate:path; )+) => { $(
        impl $type {
            /// Sets a fresh tracking id and the current time where they are missing.
            pub fn stamp(&mut self) {
                self.fields.stamp();
            }

            /// Looks for everything the service could not make sense of.
            ///
            /// # Errors
            /// With all problems found; see [`ProblemKind`](crate::ProblemKind).
            pub fn validate(&self) -> Result<(), Problems> {
                $validate(&self.fields, EntityKind::$type)
            }

            /// The entity as compact JSON.
            #[must_use]
            pub fn to_json(&self, dialect: Dialect) -> String {
                Encoder::new(dialect).encode_to_string(self)
            }

            /// Reads an entity of this kind; what is understood is said at [`Entity::from_json`].
            ///
            /// # Errors
            /// As [`Entity::from_json_as`].
            pub fn from_json(json: &[u8]) -> Result<Self, ReadError> {
                match entity_reader::read_as(EntityKind::$type, json)? {
                    Entity::$type(entity) => Ok(entity),
                    other => Err(ReadError::other_kind(EntityKind::$type, other.kind())),
                }
            }
        }

        impl fmt::Debug for $type {
            /// The name of the type and the JSON, so that only what is set is shown.
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let encoder = Encoder::new(Dialect::Tnt4j).non_finite(NonFinite::Quote);
                write!(formatter, "{} {}", stringify!($type), encoder.encode_to_string(self))
            }
        }

        impl From<$type> for Entity {
            #[inline]
            fn from(entity: $type) -> Self {
                Entity::$type(entity)
            }
        }

        impl Describe for $type {
            #[inline]
            fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
                self.fields.describe(sink)
            }
        }

        impl Encode for $type {}

        impl Serialize for $type {
            /// In the default dialect, the fields of the wire.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde_sink::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            /// As `from_json`; the deserializer must be one of `serde_json`.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = RawJson::deserialize(deserializer)?;
                Self::from_json(json.as_str().as_bytes()).map_err(serde::de::Error::custom)
            }
        }
    )+ };
}

entities! {
    Event, validation::operation;
    Activity, validation::operation;
    Snapshot, validation::snapshot;
    Dataset, validation::snapshot;
    LogEntry, validation::operation;
}
