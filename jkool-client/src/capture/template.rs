//! The constant part of what a callsite records, as JSON.

use std::sync::Arc;

use jkool_model::{EntityKind, OperationType, Severity, WireName};

use super::field_plan::{FieldPlan, Place};
use super::options::Options;
use super::outlet::Outlet;
use super::reserved::Reserved;
use crate::queue::ChannelId;

/// A channel: its number and its name.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) name: Arc<str>,
}

/// What is known of a callsite before it records anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callsite<'a> {
    pub(crate) kind: EntityKind,
    pub(crate) target: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) severity: Severity,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: Option<u32>,
}

/// Everything about a callsite that does not change, made when it is first seen.
#[derive(Debug)]
pub(crate) struct Template {
    /// Whether anything is sent at all.
    #[cfg(feature = "tracing")]
    pub(crate) is_wanted: bool,
    /// Whether that is so for its level, which is counted.
    #[cfg(feature = "tracing")]
    pub(crate) is_below_level: bool,
    pub(crate) severity: Severity,
    pub(crate) channel: Channel,
    /// The object's brace, and the members that no field can change; for an event also the key of its time.
    pub(crate) prefix: Box<[u8]>,
    /// The members that a field of this callsite may set, for when it does not.
    pub(crate) fallbacks: Box<[(Reserved, Box<[u8]>)]>,
    /// Whether a field of this callsite may set the tracking id.
    pub(crate) may_set_id: bool,
    /// Whether a field of this callsite may set the correlator.
    #[cfg(feature = "tracing")]
    pub(crate) may_set_correlator: bool,
    pub(crate) fields: Box<[FieldPlan]>,
}

impl Template {
    /// The template of a callsite that is passed over.
    #[cfg(any(feature = "tracing", test))]
    pub(crate) fn unwanted(outlet: &Outlet, severity: Severity) -> Self {
        Template {
            #[cfg(feature = "tracing")]
            is_wanted: false,
            #[cfg(feature = "tracing")]
            is_below_level: false,
            severity,
            channel: outlet.client().handle.origin.channel(),
            prefix: Box::default(),
            fallbacks: Box::default(),
            may_set_id: false,
            #[cfg(feature = "tracing")]
            may_set_correlator: false,
            fields: Box::default(),
        }
    }

    /// The template of a callsite with these fields.
    pub(crate) fn new(
        outlet: &Outlet,
        options: &Options,
        callsite: Callsite<'_>,
        fields: Box<[FieldPlan]>,
    ) -> Self {
        let may_set = |reserved| fields.iter().any(|field| field.may_set(reserved));
        let encoder = outlet.encoder();
        let mut prefix = Vec::with_capacity(512);
        let mut fallbacks = Vec::new();
        let mut changeable = |prefix: &mut Vec<u8>, reserved: Reserved, text: Option<&str>| {
            let mut member = Vec::new();
            match text {
                Some(text) => encoder.pieces(&mut member).text(reserved.wire_name(), text),
                None => encoder.pieces(&mut member).default(reserved.wire_name()),
            }
            if may_set(reserved) {
                fallbacks.push((reserved, member.into_boxed_slice()));
            } else {
                prefix.extend_from_slice(&member);
            }
        };
        changeable(&mut prefix, Reserved::Operation, Some(callsite.operation));
        let mut pieces = encoder.pieces(&mut prefix);
        if callsite.kind == EntityKind::Activity {
            // Its severity is known when it ends.
            pieces.text(WireName::Type, OperationType::Activity.as_str());
        } else {
            pieces.text(WireName::Type, OperationType::Event.as_str());
            pieces.text(WireName::Severity, callsite.severity.as_str());
        }
        for name in [
            WireName::SourceFqn,
            WireName::Source,
            WireName::SourceSsn,
            WireName::SourceUrl,
            WireName::Pid,
        ] {
            pieces.default(name);
        }
        let location = options.has_code_location.then(|| callsite.location()).flatten();
        changeable(&mut prefix, Reserved::Location, location.as_deref());
        changeable(&mut prefix, Reserved::User, None);
        changeable(&mut prefix, Reserved::Resource, None);
        if callsite.kind != EntityKind::Activity {
            encoder.pieces(&mut prefix).key(WireName::Time);
        }
        // The type is always there, and so its comma, which becomes the brace.
        if let Some(first) = prefix.first_mut() {
            *first = b'{';
        }
        Template {
            #[cfg(feature = "tracing")]
            is_wanted: true,
            #[cfg(feature = "tracing")]
            is_below_level: false,
            severity: callsite.severity,
            channel: outlet.channel(callsite.target),
            prefix: prefix.into_boxed_slice(),
            fallbacks: fallbacks.into_boxed_slice(),
            may_set_id: fields.iter().any(|field| field.may_set(Reserved::TrackingId)),
            #[cfg(feature = "tracing")]
            may_set_correlator: fields.iter().any(|field| field.may_set(Reserved::Correlator)),
            fields,
        }
    }
}

impl Callsite<'_> {
    /// Where in the code it stands.
    fn location(&self) -> Option<String> {
        let file = self.file?;
        Some(match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file.to_owned(),
        })
    }
}

impl FieldPlan {
    /// Whether the field may set what this reserved field sets.
    fn may_set(&self, reserved: Reserved) -> bool {
        match self.place {
            Place::Reserved(own) => own == reserved,
            Place::LogTarget => reserved == Reserved::Operation,
            Place::LogFile => reserved == Reserved::Location,
            _ => false,
        }
    }
}
