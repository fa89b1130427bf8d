//! What the `tracing` layer and the `log` logger have in common: from the fields of a record to its JSON, on the
//! caller's thread, with the constant part of each callsite prepared beforehand.

mod bounded_text;
mod entered;
mod event_writer;
mod field_plan;
mod field_value;
mod options;
mod outlet;
mod redaction;
mod reserved;
mod template;
mod template_table;
mod thread_buffers;
mod thread_facts;

pub(crate) use entered::Entered;
pub(crate) use event_writer::EventWriter;
#[cfg(feature = "tracing")]
pub(crate) use event_writer::Membership;
pub(crate) use field_plan::FieldPlan;
#[cfg(feature = "tracing")]
pub(crate) use field_plan::Place;
pub(crate) use field_value::FieldValue;
#[cfg(feature = "tracing")]
pub(crate) use field_value::{push_member, push_property};
pub(crate) use options::{Options, capture_setters};
pub(crate) use outlet::Outlet;
pub(crate) use redaction::Redact;
pub use redaction::Redaction;
#[cfg(feature = "tracing")]
pub(crate) use reserved::Reserved;
#[cfg(any(feature = "tracing", test))]
pub(crate) use template::Channel;
pub(crate) use template::{Callsite, Template};
pub(crate) use template_table::TemplateTable;
pub(crate) use thread_buffers::with_buffers;
