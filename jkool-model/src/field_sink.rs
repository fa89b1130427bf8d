//! One description of each entity's fields, for every writer: an entity names its fields, a sink takes them.

use crate::text_list::TextList;
use crate::wire_name::WireName;
use crate::{Dialect, Message, NonFinite, PropertyValue, TrackingId};

/// Something that tells its fields to a sink, in the order of the wire.
///
/// The trait is sealed: it stands behind [`Encode`](crate::Encode), which only the model's types implement.
pub trait Describe {
    /// Hands every field that is set to the sink.
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error>;

    /// Whether the whole object is left out because of a number JSON has no word for.
    fn is_omitted(&self, _non_finite: NonFinite) -> bool {
        false
    }
}

/// Something that takes fields: the JSON writer, or a serde serializer.
pub trait FieldSink {
    /// Why a field could not be taken.
    type Error;

    /// The spellings that are wanted.
    fn dialect(&self) -> Dialect;

    /// A field that is not set, for which the sink may have a default.
    fn absent(&mut self, name: WireName) -> Result<(), Self::Error>;

    /// A text.
    fn text(&mut self, name: WireName, text: &str) -> Result<(), Self::Error>;

    /// A text that is known to need no escaping.
    fn word(&mut self, name: WireName, word: &'static str) -> Result<(), Self::Error>;

    /// An integer.
    fn integer(&mut self, name: WireName, number: i64) -> Result<(), Self::Error>;

    /// An id.
    fn id(&mut self, name: WireName, id: &TrackingId) -> Result<(), Self::Error>;

    /// A list of ids.
    fn ids(&mut self, name: WireName, ids: &[TrackingId]) -> Result<(), Self::Error>;

    /// Correlators or tags.
    fn texts(&mut self, name: WireName, texts: &TextList) -> Result<(), Self::Error>;

    /// A message.
    fn message(&mut self, name: WireName, message: &Message) -> Result<(), Self::Error>;

    /// The value of a property.
    fn value(&mut self, name: WireName, value: &PropertyValue) -> Result<(), Self::Error>;

    /// A list of objects.
    fn objects<D: Describe>(&mut self, name: WireName, objects: &[D]) -> Result<(), Self::Error>;

    /// A field the model has no type for.
    fn extra(&mut self, name: &str, value: &PropertyValue) -> Result<(), Self::Error>;

    /// A text that the sink may have a default for.
    #[inline]
    fn text_or_default(&mut self, name: WireName, text: Option<&str>) -> Result<(), Self::Error> {
        match text {
            Some(text) => self.text(name, text),
            None => self.absent(name),
        }
    }

    /// An integer that the sink may have a default for.
    #[inline]
    fn integer_or_default(&mut self, name: WireName, number: Option<i64>) -> Result<(), Self::Error> {
        match number {
            Some(number) => self.integer(name, number),
            None => self.absent(name),
        }
    }
}
