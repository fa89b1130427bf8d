//! What an event says.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::RawJson;

/// The message of an event or log entry, the `msg-text` field: a text, or any other JSON value.
///
/// ```
/// use jkool_model::{Event, Message, RawJson};
///
/// let text = Event::new("PlaceOrder").message("order processed");
/// let json = Event::new("PlaceOrder").message(RawJson::parse(r#"{"order":4711}"#).unwrap());
/// assert_eq!(text.get_message().and_then(Message::as_str), Some("order processed"));
/// assert_eq!(json.get_message().and_then(Message::as_str), None);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// A text, the usual case.
    Text(Cow<'static, str>),
    /// A number, list or object, as TNT4PY sends when it is given one.
    Json(RawJson),
}

impl Message {
    /// The text, if the message is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Message::Text(text) => Some(text),
            Message::Json(_) => None,
        }
    }

    /// The bytes the message takes before any escaping.
    pub(crate) fn len_bytes(&self) -> usize {
        match self {
            Message::Text(text) => text.len(),
            Message::Json(json) => json.as_str().len(),
        }
    }
}

impl From<&'static str> for Message {
    #[inline]
    fn from(text: &'static str) -> Self {
        Message::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Message {
    #[inline]
    fn from(text: String) -> Self {
        Message::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Message {
    #[inline]
    fn from(text: Cow<'static, str>) -> Self {
        Message::Text(text)
    }
}

impl From<RawJson> for Message {
    fn from(json: RawJson) -> Self {
        Message::Json(json)
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Message::Text(text) => serializer.serialize_str(text),
            Message::Json(json) => json.serialize(serializer),
        }
    }
}
