//! Why one record was refused for good.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why the far end, or the transport itself, will never take one record. The record is not sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    kind: RefusalKind,
    reason: Cow<'static, str>,
}

/// What is wrong with a refused record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The far end could read the request and says that the entity is wrong (HTTP 400, 422).
    Invalid,
    /// It is larger than the far end or the protocol takes (HTTP 413, MQTT packet size).
    TooLarge,
    /// Its channel cannot be an MQTT topic.
    BadTopic,
}

impl Refusal {
    /// A refusal for `reason`, a sentence without a full stop, told to people. Servers echo what they were sent:
    /// keep secrets out of it.
    pub fn new(kind: RefusalKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            reason: reason.into(),
        }
    }

    /// What is wrong with the record.
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// The reason in words.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for Refusal {}
