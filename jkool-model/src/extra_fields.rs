//! Fields the model has no type for: a user's own, and those other clients send.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::field_sink::FieldSink;
use crate::wire_name::WireName;
use crate::{Dialect, PropertyValue};

/// Extra fields in the order they were added, each name once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ExtraFields(Vec<ExtraField>);

#[derive(Clone, Debug, PartialEq)]
struct ExtraField {
    name: Cow<'static, str>,
    value: PropertyValue,
    /// The model's own field of that name in this layout.
    owned: Option<WireName>,
}

impl ExtraFields {
    /// Adds a field, or replaces the one of the same name.
    pub(crate) fn set(&mut self, layout: u8, name: Cow<'static, str>, value: PropertyValue) {
        match self.0.iter_mut().find(|field| field.name == name) {
            Some(field) => field.value = value,
            None => self.push(layout, name, value),
        }
    }

    /// Adds a field whose name may be there already; see [`keep_last`](Self::keep_last).
    pub(crate) fn push(&mut self, layout: u8, name: Cow<'static, str>, value: PropertyValue) {
        let owned = WireName::in_layout(&name, layout);
        self.0.push(ExtraField { name, value, owned });
    }

    /// Removes all but the last field of each name.
    pub(crate) fn keep_last(&mut self) {
        let last: HashMap<_, _> = self
            .0
            .iter()
            .enumerate()
            .map(|(index, field)| (field.name.clone(), index))
            .collect();
        if last.len() < self.0.len() {
            let mut index = 0;
            self.0.retain(|field| {
                index += 1;
                last.get(&field.name).is_some_and(|last| last + 1 == index)
            });
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&PropertyValue> {
        self.0
            .iter()
            .find(|field| field.name == name)
            .map(|field| &field.value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &PropertyValue)> {
        self.0.iter().map(|field| (&*field.name, &field.value))
    }

    /// The names that belong to the model, which are not written a second time. Those of TNT4PY are let
    /// through: an entity that was read with both spellings has them.
    pub(crate) fn misnamed(&self) -> impl Iterator<Item = &str> {
        let misnamed = |field: &&ExtraField| field.owned.is_some_and(|name| !name.is_tnt4py());
        self.0.iter().filter(misnamed).map(|field| &*field.name)
    }

    /// The name under which one of the model's own fields is written: that of the dialect, unless TNT4PY's
    /// name is taken by a second value that was read beside TNT4J's.
    #[inline]
    pub(crate) fn spelling(&self, dialect: Dialect, tnt4j: WireName, tnt4py: WireName) -> WireName {
        match dialect {
            Dialect::Tnt4py if !self.0.iter().any(|field| field.owned == Some(tnt4py)) => tnt4py,
            _ => tnt4j,
        }
    }

    /// Hands the fields to a sink, except those under names of the model, so that no name is written twice.
    #[inline]
    pub(crate) fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        for field in &self.0 {
            if field.owned.is_none_or(WireName::is_tnt4py) {
                sink.extra(&field.name, &field.value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire_name::layout;

    #[test]
    fn the_last_of_a_name_stays() {
        let mut extra = ExtraFields::default();
        for (name, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("b", 5)] {
            extra.push(layout::EVENT, name.into(), value.into());
        }
        extra.keep_last();
        let names: String = extra.iter().map(|(name, _)| name).collect();
        assert_eq!(
            (names.as_str(), extra.get("b")),
            ("acb", Some(&PropertyValue::Int(5)))
        );
    }
}
