//! A piece of JSON that is carried as text: values with no type of their own in the model.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Any JSON value, kept as compact text on one line.
///
/// The model uses it for what it cannot type without loss: unknown fields, messages that are objects, and
/// numbers wider than a machine word. Equality compares the text.
///
/// ```
/// use jkool_model::RawJson;
///
/// let order = RawJson::parse("{ \"no\": 4711,\n  \"lines\": [1, 2] }").unwrap();
/// assert_eq!(order.as_str(), r#"{"no":4711,"lines":[1,2]}"#);
/// let same = RawJson::from_serialize(&("a", 1)).unwrap();
/// assert_eq!(same.as_str(), r#"["a",1]"#);
/// ```
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

/// A value or text that is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("not a JSON value")]
pub struct NotJson(#[source] serde_json::Error);

impl RawJson {
    /// Checks a JSON text and keeps it, without the white space between its tokens.
    ///
    /// # Errors
    /// If the text is not exactly one JSON value.
    pub fn parse(text: &str) -> Result<Self, NotJson> {
        serde_json::from_str::<&RawValue>(text)
            .map_err(NotJson)
            .and_then(Self::compact)
    }

    /// The JSON of any value that can be serialized.
    ///
    /// # Errors
    /// If the value's `Serialize` fails, or a map in it has keys that are not texts.
    pub fn from_serialize(value: &(impl Serialize + ?Sized)) -> Result<Self, NotJson> {
        serde_json::value::to_raw_value(value)
            .map_err(NotJson)
            .and_then(|raw| Self::compact(&raw))
    }

    /// The JSON text: compact, on one line.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Keeps a raw value read from a larger text.
    pub(crate) fn compact(raw: &RawValue) -> Result<Self, NotJson> {
        let text = raw.get();
        if !text.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return Ok(RawJson(raw.to_owned()));
        }
        let mut compact = String::with_capacity(text.len());
        let (mut in_string, mut escaped) = (false, false);
        for character in text.chars() {
            if in_string {
                in_string = escaped || character != '"';
                escaped = !escaped && character == '\\';
            } else if character.is_ascii_whitespace() {
                continue;
            } else {
                in_string = character == '"';
            }
            compact.push(character);
        }
        RawValue::from_string(compact).map(RawJson).map_err(NotJson)
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        RawJson::compact(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_inside_strings_stays() {
        let raw = RawJson::parse("{\"a b\" : \"c \\\" d\\\\\" ,\t\"e\":\r\n[ ] }").unwrap();
        assert_eq!(raw.as_str(), "{\"a b\":\"c \\\" d\\\\\",\"e\":[]}");
    }

    #[test]
    fn nesting_does_not_recurse() {
        let deep = format!("{}{}", "[ ".repeat(200_000), "]".repeat(200_000));
        assert_eq!(RawJson::parse(&deep).unwrap().as_str().len(), 400_000);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        assert!(RawJson::parse("{").is_err());
        assert!(RawJson::parse("1 2").is_err());
        assert!(RawJson::from_serialize(&std::collections::HashMap::from([((1, 2), 3)])).is_err());
    }
}
