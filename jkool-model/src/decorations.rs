//! Defaults for what an entity does not say itself, escaped once and copied into every entity that lacks them.

use std::borrow::Cow;
use std::fmt;

use crate::escape::push_escaped;
use crate::json_writer::push_integer;
use crate::wire_name::WireName;

/// Values for fields that an entity leaves out: where it comes from, who runs it, on which machine.
///
/// They are turned into JSON when they are set, so that an [`Encoder`](crate::Encoder) only copies bytes. An
/// entity's own value always wins. Events, activities and log entries take all of them; snapshots and
/// datasets that travel alone take the source FQN only, and those inside an event none.
///
/// ```
/// use jkool_model::{Decorations, Dialect, Encoder, Event};
///
/// let encoder = Encoder::new(Dialect::Tnt4j)
///     .decorations(Decorations::new().source_fqn("APPL=Shop#SERVER=web1").user("alice"));
/// let mut json = Vec::new();
/// encoder.encode(&Event::bare().operation("Pay").user("bob"), &mut json);
/// assert_eq!(
///     String::from_utf8(json).unwrap(),
///     r#"{"operation":"Pay","type":"EVENT","source-fqn":"APPL=Shop#SERVER=web1","user":"bob"}"#
/// );
/// ```
#[derive(Clone, Default)]
pub struct Decorations {
    fragments: [Option<Box<[u8]>>; SLOTS],
}

/// The fields that may have a default.
const SLOTS: usize = 10;

impl Decorations {
    /// No defaults.
    #[must_use]
    pub fn new() -> Self {
        Decorations::default()
    }

    /// Where entities come from: a [`SourceFqn`](crate::SourceFqn), or any text, which is sent as it is.
    #[must_use]
    pub fn source_fqn(self, source_fqn: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::SourceFqn, &source_fqn.into())
    }

    /// The operation of events, activities and log entries without one.
    #[must_use]
    pub fn operation(self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::Operation, &operation.into())
    }

    /// The location.
    #[must_use]
    pub fn location(self, location: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::Location, &location.into())
    }

    /// The user.
    #[must_use]
    pub fn user(self, user: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::User, &user.into())
    }

    /// The resource.
    #[must_use]
    pub fn resource(self, resource: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::Resource, &resource.into())
    }

    /// The name of the innermost element of the source.
    #[must_use]
    pub fn source(self, source: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::Source, &source.into())
    }

    /// The source's subsystem name.
    #[must_use]
    pub fn source_ssn(self, source_ssn: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::SourceSsn, &source_ssn.into())
    }

    /// A URL that leads to the source.
    #[must_use]
    pub fn source_url(self, source_url: impl Into<Cow<'static, str>>) -> Self {
        self.text(WireName::SourceUrl, &source_url.into())
    }

    /// The process.
    #[must_use]
    pub fn pid(self, pid: impl Into<i64>) -> Self {
        self.integer(WireName::Pid, pid.into())
    }

    /// The thread.
    #[must_use]
    pub fn tid(self, tid: impl Into<i64>) -> Self {
        self.integer(WireName::Tid, tid.into())
    }

    /// The JSON member for a field, with the comma in front.
    #[inline]
    pub(crate) fn fragment(&self, name: WireName) -> Option<&[u8]> {
        self.fragments.get(slot(name)?)?.as_deref()
    }

    fn text(self, name: WireName, text: &str) -> Self {
        self.set(name, text_fragment(name, text))
    }

    fn integer(self, name: WireName, number: i64) -> Self {
        let mut fragment = name.key().to_vec();
        push_integer(&mut fragment, number);
        self.set(name, fragment)
    }

    fn set(mut self, name: WireName, fragment: Vec<u8>) -> Self {
        if let Some(place) = slot(name).and_then(|slot| self.fragments.get_mut(slot)) {
            *place = Some(fragment.into_boxed_slice());
        }
        self
    }
}

impl fmt::Debug for Decorations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fragments = self.fragments.iter().flatten();
        let members: String = fragments
            .map(|fragment| String::from_utf8_lossy(fragment))
            .collect();
        write!(formatter, "Decorations {{{}}}", members.trim_start_matches(','))
    }
}

/// A text member in JSON, with the comma in front.
pub(crate) fn text_fragment(name: WireName, text: &str) -> Vec<u8> {
    let mut fragment = name.text_key().to_vec();
    push_escaped(&mut fragment, text);
    fragment.push(b'"');
    fragment
}

#[inline]
const fn slot(name: WireName) -> Option<usize> {
    match name {
        WireName::Operation => Some(0),
        WireName::SourceFqn => Some(1),
        WireName::Location => Some(2),
        WireName::User => Some(3),
        WireName::Resource => Some(4),
        WireName::Source => Some(5),
        WireName::SourceSsn => Some(6),
        WireName::SourceUrl => Some(7),
        WireName::Pid => Some(8),
        WireName::Tid => Some(9),
        _ => None,
    }
}
