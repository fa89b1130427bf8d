//! From the command line to an event, or to what an event lacks.

use std::time::Duration;

use jkool_client::{Entity, Event, Severity, Timestamp, TrackingId};

use crate::args::{DecorationArgs, DialectArg};

/// Sets what is said and what the entity does not say itself.
macro_rules! fill_in {
    ($entity:ident, $said:ident: $($value:expr => $getter:ident, $setter:ident;)+) => { $(
        if let Some(value) = $value
            && $entity.$getter().is_none()
        {
            $entity = $entity.$setter(value);
        }
    )+ };
}

/// What events, activities and log entries can say.
macro_rules! fill_in_operation {
    ($entity:ident, $said:ident) => {
        fill_in! { $entity, $said:
            $said.severity => get_severity, severity;
            $said.location.clone() => get_location, location;
            $said.user.clone() => get_user, user;
            $said.resource.clone() => get_resource, resource;
            $said.exception.clone() => get_exception, exception;
            $said.comp_code => get_completion_code, completion_code;
            $said.reason_code => get_reason_code, reason_code;
            $said.tracking_id.clone().map(TrackingId::from) => get_tracking_id, tracking_id;
            $said.parent_id.clone().map(TrackingId::from) => get_parent_id, parent_id;
            $said.time_usec.map(Timestamp::from_micros) => get_time, time;
            $said.start_time_usec.map(Timestamp::from_micros) => get_start_time, start_time;
            $said.end_time_usec.map(Timestamp::from_micros) => get_end_time, end_time;
            $said.elapsed_time_usec.map(Duration::from_micros) => get_elapsed, elapsed;
            $said.wait_time_usec.map(Duration::from_micros) => get_wait_time, wait_time;
            $said.source_url.clone() => get_source_url, source_url;
            $said.pid => get_pid, pid;
            $said.tid => get_tid, tid;
        }
        $entity = $entity.correlators($said.corr_id.iter().cloned());
        $entity = $said
            .property
            .iter()
            .cloned()
            .fold($entity, |entity, property| entity.add_property(property));
        if !$said.snapshot.is_empty() {
            $entity = $entity.snapshots($said.snapshot.iter().cloned());
        }
    };
}

/// What events and log entries can say besides.
macro_rules! fill_in_message {
    ($entity:ident, $said:ident) => {
        fill_in! { $entity, $said:
            $said.msg_size => get_message_size, message_size;
            $said.encoding.clone() => get_encoding, encoding;
            $said.charset.clone() => get_charset, charset;
            $said.mime_type.clone() => get_mime_type, mime_type;
            $said.msg_age_usec.map(Duration::from_micros) => get_message_age, message_age;
        }
        if !$said.msg_tag.is_empty() {
            $entity = $entity.tags($said.msg_tag.iter().cloned());
        }
    };
}

/// Builds one event. In TNT4PY's dialect it is as bare as TNT4PY's command line sends it: operation, type, message, and
/// what was asked for; else it has an identity, a time and a severity as well.
pub(crate) fn event(message: Option<String>, said: &DecorationArgs, dialect: DialectArg) -> Event {
    let mut event = template(said, dialect).operation(said.operation.clone());
    if let Some(message) = message {
        event = event.message(message);
    }
    event
}

/// What all events of a stream have in common: no operation, no identity, and no time unless one was asked for.
pub(crate) fn template(said: &DecorationArgs, dialect: DialectArg) -> Event {
    let mut event = Event::bare();
    fill_in_operation!(event, said);
    fill_in_message!(event, said);
    if dialect == DialectArg::Tnt4j && event.get_severity().is_none() {
        event = event.severity(Severity::Info);
    }
    event
}

/// Adds to an entity what it does not say itself; to its correlators, tags, properties and snapshots the given ones are
/// added. Snapshots and datasets stay as they are.
pub(crate) fn complete(entity: Entity, said: &DecorationArgs) -> Entity {
    match entity {
        Entity::Event(mut event) => {
            fill_in! { event, said: Some(said.operation.clone()) => get_operation, operation; }
            fill_in_operation!(event, said);
            fill_in_message!(event, said);
            event.into()
        }
        Entity::LogEntry(mut entry) => {
            fill_in! { entry, said: Some(said.operation.clone()) => get_operation, operation; }
            fill_in_operation!(entry, said);
            fill_in_message!(entry, said);
            entry.into()
        }
        Entity::Activity(mut activity) => {
            fill_in! { activity, said: Some(said.operation.clone()) => get_operation, operation; }
            fill_in_operation!(activity, said);
            activity.into()
        }
        other => other,
    }
}
