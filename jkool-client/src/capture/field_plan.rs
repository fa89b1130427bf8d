//! What becomes of one field of a callsite, decided when the callsite is first seen.

use jkool_model::Encoder;

use super::reserved::Reserved;

/// What becomes of a field, and the JSON that stands in front of its value if it becomes a property.
#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    /// One for each [`ValueKind`], in their order.
    openings: [Box<[u8]>; ValueKind::ALL.len()],
}

/// The kinds of values that a property can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Text,
    Long,
    Big,
    Double,
    Bool,
    Null,
}

impl ValueKind {
    /// All of them.
    const ALL: [ValueKind; 6] = [
        ValueKind::Text,
        ValueKind::Long,
        ValueKind::Big,
        ValueKind::Double,
        ValueKind::Bool,
        ValueKind::Null,
    ];

    /// The JSON between the name and the value of a property.
    fn middle(self) -> &'static [u8] {
        match self {
            ValueKind::Text => b"\",\"type\":\"string\",\"value\":\"",
            ValueKind::Long => b"\",\"type\":\"long\",\"value\":",
            ValueKind::Big => b"\",\"type\":\"bint\",\"value\":",
            ValueKind::Double => b"\",\"type\":\"double\",\"value\":",
            ValueKind::Bool => b"\",\"type\":\"bool\",\"value\":",
            ValueKind::Null => b"\",\"type\":\"none\",\"value\":",
        }
    }
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
        FieldPlan {
            name: name.into(),
            place,
            openings: ValueKind::ALL.map(|kind| {
                let mut opening = Vec::with_capacity(name.len() + 48);
                let mut pieces = encoder.pieces(&mut opening);
                pieces.raw(b",{\"name\":\"");
                pieces.escaped(name);
                pieces.raw(kind.middle());
                opening.into_boxed_slice()
            }),
        }
    }

    /// The beginning of a property up to its value, with a comma in front: `,{"name":"…","type":"long","value":`.
    #[inline]
    pub(crate) fn opening(&self, kind: ValueKind) -> &[u8] {
        // There is one for each kind.
        &self.openings[kind as usize]
    }
}
