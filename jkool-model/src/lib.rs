//! The jKool data model: what an application tells jKool / meshIQ, and how it is written in JSON.
//!
//! Five kinds of entities travel alone: an [`Event`] is something that happened, an [`Activity`] something
//! that took a while and groups events, a [`Snapshot`] a reading of properties, a [`Dataset`] properties that
//! are data, and a [`LogEntry`] a line of a log. [`Entity`] is any of them.
//!
//! ```
//! use jkool_model::{Dialect, Encoder, Entity, Event, Severity, Snapshot};
//!
//! let event = Event::new("PlaceOrder")
//!     .message("order processed")
//!     .severity(Severity::Info)
//!     .source_fqn("APPL=Shop#SERVER=web1#DATACENTER=DC1")
//!     .correlator("order-4711")
//!     .snapshot(Snapshot::new("Payment").category("Order").property("order-amount", 99.5));
//! event.validate()?;
//!
//! let mut json = Vec::new();
//! Encoder::new(Dialect::Tnt4j).encode(&event, &mut json);
//! assert_eq!(Entity::from_json(&json)?, Entity::Event(event));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate does no I/O and starts no threads. An [`Encoder`] writes straight into a buffer of the caller;
//! [`Entity::from_json`] reads what any client of jKool sends, and keeps what it does not know, so that
//! reading and writing again loses nothing. All entities are also `Serialize` and `Deserialize`.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod id_generator;
mod timestamp;
mod tracking_id;

mod activity_status;
mod completion_code;
mod log_type;
mod operation_type;
mod severity;
mod ttl;
mod unknown_name;
mod wire_enum;

mod source_fqn;
mod source_fqn_error;
mod source_fqn_parser;
mod source_type;

mod extra_fields;
mod message;
mod property;
mod property_value;
mod raw_json;
mod text_list;
mod value_type;

mod activity;
mod dataset;
mod entity;
mod entity_kind;
mod event;
mod field_setters;
mod field_sink;
mod log_entry;
mod message_setters;
mod operation_fields;
mod operation_setters;
mod property_setters;
mod snapshot;
mod snapshot_fields;
mod snapshot_setters;
mod wire_name;

mod limits;
mod problem;
mod validation;

mod decorations;
mod dialect;
mod encoder;
mod escape;
mod json_pieces;
mod json_writer;
mod serde_sink;

mod entity_reader;
mod field_problem;
mod json_object;
mod json_value;
mod property_reader;
mod read_error;

pub use activity::Activity;
pub use activity_status::ActivityStatus;
pub use completion_code::CompletionCode;
pub use dataset::Dataset;
pub use decorations::Decorations;
pub use dialect::{Dialect, NonFinite};
pub use encoder::{Encode, Encoder};
pub use entity::Entity;
pub use entity_kind::EntityKind;
pub use event::Event;
pub use json_pieces::JsonPieces;
pub use limits::{
    CORRELATORS_MAX, ID_SET_MAX, MESSAGE_MAX_BYTES, PROPERTIES_MAX, SNAPSHOTS_MAX, TEXT_MAX_BYTES,
};
pub use log_entry::LogEntry;
pub use log_type::LogType;
pub use message::Message;
pub use operation_type::OperationType;
pub use problem::{Problem, ProblemKind, Problems};
pub use property::Property;
pub use property_value::{PropertyValue, TypedValue};
pub use raw_json::{NotJson, RawJson};
pub use read_error::ReadError;
pub use severity::Severity;
pub use snapshot::Snapshot;
pub use source_fqn::{SourceElement, SourceFqn, SourceFqnBuilder};
pub use source_fqn_error::{ParseSourceFqnError, SourceFqnErrorKind};
pub use source_type::SourceType;
pub use timestamp::Timestamp;
pub use tracking_id::TrackingId;
pub use ttl::Ttl;
pub use unknown_name::UnknownName;
pub use value_type::ValueType;
pub use wire_name::WireName;
