//! What becomes of one field of a callsite, decided when the callsite is first seen.

use jkool_model::Encoder;

use super::reserved::Reserved;

/// What becomes of a field, and the JSON that stands in front of its value.
#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    /// `{"name":"…","type":"`.
    pub(crate) property: Box<[u8]>,
}

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Property,
    Message,
    /// The exception, if it is an error or a text; else a property.
    Exception,
    Reserved(Reserved),
    /// What the bridge from `log` to `tracing` tells of a record's origin.
    LogTarget,
    LogFile,
    LogLine,
    Nowhere,
}

impl FieldPlan {
    /// The plan for a field of an event.
    pub(crate) fn of_event(encoder: &Encoder, name: &str) -> Self {
        let place = match name {
            "message" => Place::Message,
            "log.target" => Place::LogTarget,
            "log.file" => Place::LogFile,
            "log.line" => Place::LogLine,
            "log.module_path" => Place::Nowhere,
            _ => Self::of_span(encoder, name).place,
        };
        Self::new(encoder, name, place)
    }

    /// The plan for a field of a span, which has no message.
    pub(crate) fn of_span(encoder: &Encoder, name: &str) -> Self {
        let place = match name {
            "error" | "err" | "exception" => Place::Exception,
            _ => Reserved::of(name).map_or(Place::Property, Place::Reserved),
        };
        Self::new(encoder, name, place)
    }

    /// The plan for a pair of the crate `log`, which names its values freely.
    #[cfg(feature = "log")]
    pub(crate) fn of_pair(encoder: &Encoder, name: &str) -> Self {
        Self::of_span(encoder, name)
    }

    fn new(encoder: &Encoder, name: &str, place: Place) -> Self {
        let mut property = Vec::with_capacity(name.len() + 24);
        let mut pieces = encoder.pieces(&mut property);
        pieces.raw(b"{\"name\":\"");
        pieces.escaped(name);
        pieces.raw(b"\",\"type\":\"");
        FieldPlan {
            name: name.into(),
            place,
            property: property.into_boxed_slice(),
        }
    }
}
