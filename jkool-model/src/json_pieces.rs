//! JSON in pieces, for writers that keep the constant part of their entities as ready JSON.

use crate::escape::{push_escaped, push_short};
use crate::field_sink::FieldSink;
use crate::json_writer::{JsonWriter, push_integer};
use crate::property_value::non_finite_text;
use crate::wire_name::WireName;
use crate::{NonFinite, TrackingId};

/// Appends the members of one JSON object to a buffer, in an encoder's dialect and with its defaults.
///
/// Loggers that write the same entity over and over keep its constant members as bytes, and write only the rest. Every
/// member begins with a comma; the writer turns the first comma into the brace and closes the object. Whatever is
/// written by [`raw`](Self::raw) must itself be JSON: nothing here is checked.
///
/// ```
/// use jkool_model::{Dialect, Encoder, WireName};
///
/// let encoder = Encoder::new(Dialect::Tnt4py);
/// let mut json = Vec::new();
/// let mut pieces = encoder.pieces(&mut json);
/// pieces.text(WireName::Operation, "PlaceOrder");
/// pieces.texts(WireName::CorrId, ["order-4711"]);
/// pieces.raw(b"}");
/// json[0] = b'{';
/// assert_eq!(json, br#"{"operation":"PlaceOrder","corr-id":["order-4711"]}"#);
/// ```
#[derive(Debug)]
pub struct JsonPieces<'a> {
    writer: JsonWriter<'a>,
}

impl<'a> JsonPieces<'a> {
    #[inline]
    pub(crate) fn new(writer: JsonWriter<'a>) -> Self {
        JsonPieces { writer }
    }

    /// Appends bytes that are JSON already.
    #[inline]
    pub fn raw(&mut self, json: &[u8]) {
        push_short(self.writer.out, json);
    }

    /// Appends the inside of a JSON text: quotes, backslashes and control characters are escaped.
    #[inline]
    pub fn escaped(&mut self, text: &str) {
        push_escaped(self.writer.out, text);
    }

    /// Appends a signed number.
    #[inline]
    pub fn signed(&mut self, number: i64) {
        push_integer(self.writer.out, number);
    }

    /// Appends an unsigned number.
    #[inline]
    pub fn unsigned(&mut self, number: u64) {
        push_short(self.writer.out, itoa::Buffer::new().format(number).as_bytes());
    }

    /// Appends a floating-point number. Returns false, and appends nothing, if it is one that the encoder
    /// [omits](NonFinite::Omit).
    #[inline]
    pub fn float(&mut self, number: f64) -> bool {
        if number.is_finite() {
            self.raw(zmij::Buffer::new().format_finite(number).as_bytes());
        } else if self.writer.non_finite == NonFinite::Omit {
            return false;
        } else {
            self.raw(b"\"");
            self.raw(non_finite_text(number).as_bytes());
            self.raw(b"\"");
        }
        true
    }

    /// Appends the beginning of a member, up to the colon.
    #[inline]
    pub fn key(&mut self, name: WireName) {
        self.raw(name.in_dialect(self.writer.dialect).key());
    }

    /// Appends a member that is a text.
    #[inline]
    pub fn text(&mut self, name: WireName, text: &str) {
        let Ok(()) = self.writer.text(name.in_dialect(self.writer.dialect), text);
    }

    /// Appends a member that is an integer.
    #[inline]
    pub fn integer(&mut self, name: WireName, number: i64) {
        let Ok(()) = self.writer.integer(name.in_dialect(self.writer.dialect), number);
    }

    /// Appends a member that is an id.
    #[inline]
    pub fn id(&mut self, name: WireName, id: &TrackingId) {
        let Ok(()) = self.writer.id(name.in_dialect(self.writer.dialect), id);
    }

    /// Appends a member that is a list of ids.
    pub fn ids(&mut self, name: WireName, ids: &[TrackingId]) {
        let Ok(()) = self.writer.ids(name, ids);
    }

    /// Appends a member that is a list of texts.
    pub fn texts<'t>(&mut self, name: WireName, texts: impl IntoIterator<Item = &'t str>) {
        self.key(name);
        for (index, text) in texts.into_iter().enumerate() {
            self.raw(if index == 0 { b"[\"" } else { b",\"" });
            self.escaped(text);
            self.raw(b"\"");
        }
        if self.writer.out.ends_with(b":") {
            self.raw(b"[");
        }
        self.raw(b"]");
    }

    /// Appends what the encoder's [operation](crate::Encoder::operation) and [decorations](crate::Decorations) say of a
    /// field, if they do.
    #[inline]
    pub fn default(&mut self, name: WireName) {
        let Ok(()) = self.writer.absent(name);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Decorations, Dialect, Encoder, Event, NonFinite, TrackingId, WireName};

    #[test]
    fn pieces_make_the_same_entity_as_the_encoder() {
        for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
            let encoder =
                Encoder::new(dialect).decorations(Decorations::new().source_fqn("APPL=\"x\"").pid(7));
            let (id, parent) = (TrackingId::fresh(), TrackingId::from("parent\n"));
            let event = Event::bare()
                .operation("a\"b")
                .tracking_id(id.clone())
                .correlators(["one", "two"])
                .parent_id(parent.clone())
                .reason_code(-5);
            let mut json = Vec::new();
            let mut pieces = encoder.pieces(&mut json);
            pieces.text(WireName::Operation, "a\"b");
            pieces.text(WireName::Type, "EVENT");
            pieces.default(WireName::SourceFqn);
            pieces.id(WireName::TrackingId, &id);
            pieces.texts(WireName::CorrId, ["one", "two"]);
            pieces.default(WireName::User);
            pieces.default(WireName::Pid);
            pieces.id(WireName::ParentId, &parent);
            pieces.integer(WireName::ReasonCode, -5);
            pieces.raw(b"}");
            json[0] = b'{';
            assert_eq!(String::from_utf8(json).unwrap(), encoder.encode_to_string(&event));
        }
    }

    #[test]
    fn numbers_and_empty_lists_are_json() {
        let encoder = Encoder::new(Dialect::Tnt4j);
        let mut json = Vec::new();
        let mut pieces = encoder.pieces(&mut json);
        pieces.texts(WireName::Tags, []);
        assert!(!pieces.float(f64::NAN));
        pieces.raw(b" ");
        pieces.unsigned(u64::MAX);
        let quoting = encoder.clone().non_finite(NonFinite::Quote);
        assert!(quoting.pieces(&mut json).float(f64::NEG_INFINITY));
        assert_eq!(json, b",\"msg-tag\":[] 18446744073709551615\"-Infinity\"");
    }
}
