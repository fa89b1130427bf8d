//! The serde sink: the same description of an entity, handed to any serializer.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::field_sink::{Describe, FieldSink};
use crate::text_list::TextList;
use crate::wire_name::WireName;
use crate::{Dialect, Message, NonFinite, PropertyValue, TrackingId};

/// Serializes an entity as a map, in TNT4J's dialect.
pub(crate) fn serialize<D: Describe, S: Serializer>(object: &D, serializer: S) -> Result<S::Ok, S::Error> {
    let mut sink = SerdeSink(serializer.serialize_map(None)?);
    object.describe(&mut sink)?;
    sink.0.end()
}

struct SerdeSink<M>(M);

impl<M: SerializeMap> FieldSink for SerdeSink<M> {
    type Error = M::Error;

    fn dialect(&self) -> Dialect {
        Dialect::Tnt4j
    }

    fn absent(&mut self, _name: WireName) -> Result<(), M::Error> {
        Ok(())
    }

    fn text(&mut self, name: WireName, text: &str) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), text)
    }

    fn word(&mut self, name: WireName, word: &'static str) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), word)
    }

    fn integer(&mut self, name: WireName, number: i64) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), &number)
    }

    fn id(&mut self, name: WireName, id: &TrackingId) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), id)
    }

    fn ids(&mut self, name: WireName, ids: &[TrackingId]) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), ids)
    }

    fn texts(&mut self, name: WireName, texts: &TextList) -> Result<(), M::Error> {
        match texts {
            TextList::Json(json) => self.0.serialize_entry(name.as_str(), json),
            texts => self.0.serialize_entry(name.as_str(), texts.as_slice()),
        }
    }

    fn message(&mut self, name: WireName, message: &Message) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), message)
    }

    fn value(&mut self, name: WireName, value: &PropertyValue) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), value)
    }

    fn objects<D: Describe>(&mut self, name: WireName, objects: &[D]) -> Result<(), M::Error> {
        self.0.serialize_entry(name.as_str(), &Objects(objects))
    }

    fn extra(&mut self, name: &str, value: &PropertyValue) -> Result<(), M::Error> {
        if value.is_non_finite() {
            return Ok(());
        }
        self.0.serialize_entry(name, value)
    }
}

struct Objects<'a, D>(&'a [D]);

impl<D: Describe> Serialize for Objects<'_, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for object in self.0.iter().filter(|object| !object.is_omitted(NonFinite::Omit)) {
            list.serialize_element(&Object(object))?;
        }
        list.end()
    }
}

struct Object<'a, D>(&'a D);

impl<D: Describe> Serialize for Object<'_, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}
