//! The fast sink: compact JSON straight into the caller's buffer.

use std::convert::Infallible;

use crate::decorations::Decorations;
use crate::escape::{push_escaped, push_short};
use crate::field_sink::{Describe, FieldSink};
use crate::property_value::non_finite_text;
use crate::text_list::TextList;
use crate::wire_name::WireName;
use crate::{Dialect, Message, NonFinite, PropertyValue, TrackingId};

/// Writes one object. Every member begins with a comma, and the first comma is turned into the brace.
#[derive(Debug)]
pub(crate) struct JsonWriter<'a> {
    pub(crate) out: &'a mut Vec<u8>,
    pub(crate) dialect: Dialect,
    pub(crate) non_finite: NonFinite,
    pub(crate) decorations: Option<&'a Decorations>,
    /// A default operation, escaped, that comes before the decorations' own.
    pub(crate) operation: Option<&'a [u8]>,
}

impl JsonWriter<'_> {
    /// Appends `object` as one JSON object.
    #[inline]
    pub(crate) fn object<D: Describe + ?Sized>(&mut self, object: &D) {
        let start = self.out.len();
        let Ok(()) = object.describe(self);
        match self.out.get_mut(start) {
            Some(first) => *first = b'{',
            None => self.out.push(b'{'),
        }
        self.out.push(b'}');
    }

    #[inline]
    fn key(&mut self, name: WireName) {
        self.out.extend_from_slice(name.key());
    }

    #[inline]
    fn push_text(&mut self, text: &str) {
        self.out.push(b'"');
        push_escaped(self.out, text);
        self.out.push(b'"');
    }

    #[inline]
    fn push_value(&mut self, value: &PropertyValue) {
        match value {
            PropertyValue::String(text) => self.push_text(text),
            PropertyValue::Int(number) => push_integer(self.out, *number),
            PropertyValue::Float(number) if number.is_finite() => {
                self.out
                    .extend_from_slice(zmij::Buffer::new().format_finite(*number).as_bytes());
            }
            PropertyValue::Float(number) => self.push_text(non_finite_text(*number)),
            PropertyValue::Bool(true) => self.out.extend_from_slice(b"true"),
            PropertyValue::Bool(false) => self.out.extend_from_slice(b"false"),
            PropertyValue::Null => self.out.extend_from_slice(b"null"),
            PropertyValue::UInt(number) => {
                self.out
                    .extend_from_slice(itoa::Buffer::new().format(*number).as_bytes());
            }
            PropertyValue::Timestamp(time) => push_integer(self.out, time.as_micros()),
            PropertyValue::Json(json) => self.out.extend_from_slice(json.as_str().as_bytes()),
        }
    }

    /// Appends a list, whose items `push` writes with a comma in front.
    #[inline]
    fn list<T>(&mut self, items: &[T], mut push: impl FnMut(&mut Self, &T)) {
        let start = self.out.len();
        for item in items {
            push(self, item);
        }
        match self.out.get_mut(start) {
            Some(first) => *first = b'[',
            None => self.out.push(b'['),
        }
        self.out.push(b']');
    }
}

impl FieldSink for JsonWriter<'_> {
    type Error = Infallible;

    #[inline]
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    #[inline]
    fn absent(&mut self, name: WireName) -> Result<(), Infallible> {
        let operation = if name == WireName::Operation {
            self.operation
        } else {
            None
        };
        let fragment = operation.or_else(|| self.decorations?.fragment(name));
        if let Some(fragment) = fragment {
            push_short(self.out, fragment);
        }
        Ok(())
    }

    #[inline]
    fn text(&mut self, name: WireName, text: &str) -> Result<(), Infallible> {
        self.out.extend_from_slice(name.text_key());
        push_escaped(self.out, text);
        self.out.push(b'"');
        Ok(())
    }

    #[inline]
    fn word(&mut self, name: WireName, word: &'static str) -> Result<(), Infallible> {
        self.out.extend_from_slice(name.text_key());
        push_short(self.out, word.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    #[inline]
    fn integer(&mut self, name: WireName, number: i64) -> Result<(), Infallible> {
        self.key(name);
        push_integer(self.out, number);
        Ok(())
    }

    #[inline]
    fn id(&mut self, name: WireName, id: &TrackingId) -> Result<(), Infallible> {
        self.out.extend_from_slice(name.text_key());
        push_id(self.out, id);
        self.out.push(b'"');
        Ok(())
    }

    fn ids(&mut self, name: WireName, ids: &[TrackingId]) -> Result<(), Infallible> {
        self.key(name);
        self.list(ids, |writer, id| {
            writer.out.extend_from_slice(b",\"");
            push_id(writer.out, id);
            writer.out.push(b'"');
        });
        Ok(())
    }

    #[inline]
    fn texts(&mut self, name: WireName, texts: &TextList) -> Result<(), Infallible> {
        match (texts, self.dialect) {
            (TextList::One(text), Dialect::Tnt4py) => return self.text(name, text),
            (TextList::Json(json), _) => {
                self.key(name);
                self.out.extend_from_slice(json.as_str().as_bytes());
            }
            _ => {
                self.key(name);
                self.list(texts.as_slice(), |writer, text| {
                    writer.out.extend_from_slice(b",\"");
                    push_escaped(writer.out, text);
                    writer.out.push(b'"');
                });
            }
        }
        Ok(())
    }

    #[inline]
    fn message(&mut self, name: WireName, message: &Message) -> Result<(), Infallible> {
        match message {
            Message::Text(text) => self.text(name, text),
            Message::Json(json) => {
                self.key(name);
                self.out.extend_from_slice(json.as_str().as_bytes());
                Ok(())
            }
        }
    }

    #[inline]
    fn value(&mut self, name: WireName, value: &PropertyValue) -> Result<(), Infallible> {
        self.key(name);
        self.push_value(value);
        Ok(())
    }

    #[inline]
    fn objects<D: Describe>(&mut self, name: WireName, objects: &[D]) -> Result<(), Infallible> {
        self.key(name);
        let (dialect, non_finite) = (self.dialect, self.non_finite);
        self.list(objects, |writer, object| {
            if !object.is_omitted(non_finite) {
                writer.out.push(b',');
                // What lies inside an entity shares its source, so that no decoration is repeated here.
                let out = &mut *writer.out;
                JsonWriter {
                    out,
                    dialect,
                    non_finite,
                    decorations: None,
                    operation: None,
                }
                .object(object);
            }
        });
        Ok(())
    }

    fn extra(&mut self, name: &str, value: &PropertyValue) -> Result<(), Infallible> {
        if self.non_finite == NonFinite::Omit && value.is_non_finite() {
            return Ok(());
        }
        self.out.push(b',');
        self.push_text(name);
        self.out.push(b':');
        self.push_value(value);
        Ok(())
    }
}

#[inline]
pub(crate) fn push_integer(out: &mut Vec<u8>, number: i64) {
    push_short(out, itoa::Buffer::new().format(number).as_bytes());
}

#[inline]
fn push_id(out: &mut Vec<u8>, id: &TrackingId) {
    match id.as_other_text() {
        Ok(text) => push_escaped(out, text),
        Err(_) => {
            // The digits of a UUID need no escaping, and their number is known to the compiler.
            let mut digits = [0; 36];
            id.text(&mut digits);
            out.extend_from_slice(&digits);
        }
    }
}
