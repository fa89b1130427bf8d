//! Entities to JSON: one encoder per client, derived per logger.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::decorations::text_fragment;
use crate::field_sink::Describe;
use crate::json_writer::JsonWriter;
use crate::wire_name::WireName;
use crate::{Decorations, Dialect, JsonPieces, NonFinite};

/// What an [`Encoder`] encodes: the entities and the [`Entity`](crate::Entity) over them.
///
/// The trait is sealed.
pub trait Encode: Describe {}

/// Writes entities as compact JSON of one line, in one dialect, with defaults for what they leave out.
///
/// An encoder is cheap to clone. A client has one, and each of its loggers a clone with a
/// [default operation](Encoder::operation) of its own. Encoding into a buffer with room does not allocate.
///
/// ```
/// use jkool_model::{Dialect, Encoder, Event, Message};
///
/// let client = Encoder::new(Dialect::Tnt4j);
/// let orders = client.clone().operation("orders");
///
/// let mut json = Vec::new();
/// orders.encode(&Event::bare().message("paid"), &mut json);
/// assert_eq!(json, br#"{"operation":"orders","type":"EVENT","msg-text":"paid"}"#);
/// ```
#[derive(Clone, Default)]
#[must_use = "an encoder does nothing by itself"]
pub struct Encoder {
    dialect: Dialect,
    non_finite: NonFinite,
    decorations: Option<Arc<Decorations>>,
    operation: Option<Arc<[u8]>>,
}

impl Encoder {
    /// An encoder for a dialect, without decorations.
    pub fn new(dialect: Dialect) -> Self {
        Encoder {
            dialect,
            ..Encoder::default()
        }
    }

    /// What becomes of NaN and the infinities. Default: [`NonFinite::Omit`].
    pub fn non_finite(mut self, non_finite: NonFinite) -> Self {
        self.non_finite = non_finite;
        self
    }

    /// Defaults for what an entity does not say. Default: none.
    pub fn decorations(mut self, decorations: Decorations) -> Self {
        self.decorations = Some(Arc::new(decorations));
        self
    }

    /// The operation of events, activities and log entries without one; it comes before that of the
    /// decorations. Default: none.
    pub fn operation(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.operation = Some(text_fragment(WireName::Operation, &operation.into()).into());
        self
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What becomes of NaN and the infinities.
    #[must_use]
    pub fn get_non_finite(&self) -> NonFinite {
        self.non_finite
    }

    /// Appends to `out` piece by piece what becomes an entity, for a writer that has parts of it as JSON already.
    #[inline]
    pub fn pieces<'a>(&'a self, out: &'a mut Vec<u8>) -> JsonPieces<'a> {
        JsonPieces::new(self.writer(out))
    }

    /// Appends an entity to `out` as one JSON object on one line, without a newline behind it.
    #[inline]
    pub fn encode<E: Encode + ?Sized>(&self, entity: &E, out: &mut Vec<u8>) {
        self.writer(out).object(entity);
    }

    /// An entity as a text.
    #[must_use]
    pub fn encode_to_string<E: Encode + ?Sized>(&self, entity: &E) -> String {
        let mut out = Vec::with_capacity(512);
        self.encode(entity, &mut out);
        // The writer puts together whole texts only, so that nothing is ever replaced here.
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    #[inline]
    fn writer<'a>(&'a self, out: &'a mut Vec<u8>) -> JsonWriter<'a> {
        JsonWriter {
            out,
            dialect: self.dialect,
            non_finite: self.non_finite,
            decorations: self.decorations.as_deref(),
            operation: self.operation.as_deref(),
        }
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation.as_deref().map(String::from_utf8_lossy);
        formatter
            .debug_struct("Encoder")
            .field("dialect", &self.dialect)
            .field("non_finite", &self.non_finite)
            .field("decorations", &self.decorations)
            .field(
                "operation",
                &operation.as_deref().map(|json| json.trim_start_matches(',')),
            )
            .finish()
    }
}
