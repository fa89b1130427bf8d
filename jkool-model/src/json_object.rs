//! Reading one JSON object into typed fields: unknown names are kept, the last of a repeated name counts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::extra_fields::ExtraFields;
use crate::field_problem::FieldProblem;
use crate::json_value;
use crate::wire_name::WireName;

/// Something that takes the fields of a JSON object.
pub(crate) trait ReadFields {
    /// Takes a field the layout owns, in TNT4J's spelling; its value is not null.
    fn read(&mut self, name: WireName, json: &str) -> Result<(), FieldProblem>;

    /// Where the others go.
    fn extra_mut(&mut self) -> &mut ExtraFields;
}

/// Reads the object `json` into `target`.
pub(crate) fn read_object(target: &mut impl ReadFields, layout: u8, json: &str) -> Result<(), FieldProblem> {
    match serde_json::from_str::<Members<'_>>(json) {
        Ok(members) => read_members(target, layout, &members),
        Err(_) => Err(FieldProblem::new("an object", json)),
    }
}

/// Reads the members of an object into `target`.
pub(crate) fn read_members(
    target: &mut impl ReadFields,
    layout: u8,
    Members(members): &Members<'_>,
) -> Result<(), FieldProblem> {
    let names: Vec<Option<WireName>> = members
        .iter()
        .map(|(name, _)| WireName::in_layout(name, layout))
        .collect();

    // The last member of each known name is the one that counts, unless it is null.
    let mut last = [None; WireName::COUNT];
    for (index, name) in names.iter().enumerate() {
        if let Some(slot) = name.and_then(|name| last.get_mut(name as usize)) {
            *slot = Some(index);
        }
    }
    let counts = |name: WireName| {
        let index = last.get(name as usize).copied().flatten()?;
        members
            .get(index)
            .filter(|(_, raw)| raw.get() != "null")
            .map(|_| index)
    };

    let mut any_extra = false;
    for (index, ((text, raw), name)) in members.iter().zip(&names).enumerate() {
        match *name {
            // It is repeated further on, or null.
            Some(name) if counts(name) != Some(index) => {}
            // TNT4PY's spelling next to TNT4J's is kept under its own name, below.
            Some(name) if !name.is_tnt4py() || counts(name.canonical()).is_none() => {
                let read = target.read(name.canonical(), raw.get());
                read.map_err(|problem| problem.within(text))?;
            }
            _ => {
                let value = json_value::property_value(raw.get()).map_err(|problem| problem.within(text))?;
                target
                    .extra_mut()
                    .push(layout, Cow::Owned(text.to_string()), value);
                any_extra = true;
            }
        }
    }
    if any_extra {
        target.extra_mut().keep_last();
    }
    Ok(())
}

/// The elements of an array, their values unread.
pub(crate) fn elements<'a>(
    json: &'a str,
    expectation: &'static str,
) -> Result<Vec<&'a RawValue>, FieldProblem> {
    serde_json::from_str(json).map_err(|_| FieldProblem::new(expectation, json))
}

/// The members of an object in order, as they stand in the input, their values unread.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The value of the last member of a name.
    pub(crate) fn last(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(other, _)| other == name)
            .map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(members)
    }
}

/// A member's name, borrowed from the input unless it contains escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
