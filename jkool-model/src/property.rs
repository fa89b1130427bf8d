//! A named, typed value: what snapshots, datasets, events and activities carry.

use std::borrow::Cow;

use crate::extra_fields::ExtraFields;
use crate::field_sink::{Describe, FieldSink};
use crate::wire_name::WireName;
use crate::{NonFinite, PropertyValue, TypedValue, ValueType};

/// A property: a name, a value, and the name of the value's data type.
///
/// ```
/// use jkool_model::{Property, ValueType};
///
/// let amount = Property::new("order-amount", 99.5).value_type(ValueType::CURRENCY_USD);
/// assert_eq!(amount.type_name(), Some("double"));
///
/// // Another type name may be stated; the value stays as it is.
/// let number = Property::new("order-no", 4711).typed("string");
/// assert_eq!(number.type_name(), Some("string"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    name: Cow<'static, str>,
    value: PropertyValue,
    type_name: Option<Cow<'static, str>>,
    pub(crate) rare: Option<Box<RareFields>>,
}

/// What few properties have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RareFields {
    pub(crate) value_type: Option<ValueType>,
    pub(crate) extra: ExtraFields,
}

impl Property {
    /// A property of a name and a value; the data type follows the value's Rust type.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<TypedValue>) -> Self {
        let (value, type_name) = value.into().into_parts();
        Property {
            name: name.into(),
            value,
            type_name: Some(type_name),
            rare: None,
        }
    }

    /// A property as it was read, whose type may be missing.
    pub(crate) fn from_parts(
        name: Cow<'static, str>,
        value: PropertyValue,
        type_name: Option<Cow<'static, str>>,
        rare: Option<Box<RareFields>>,
    ) -> Self {
        Property {
            name,
            value,
            type_name,
            rare,
        }
    }

    /// States another data type, the `type` field. Default: the one of the value's Rust type.
    #[must_use]
    pub fn typed(mut self, type_name: impl Into<Cow<'static, str>>) -> Self {
        self.type_name = Some(type_name.into());
        self
    }

    /// States what the value measures, the `value-type` field. Default: nothing.
    #[must_use]
    pub fn value_type(mut self, value_type: impl Into<ValueType>) -> Self {
        self.rare.get_or_insert_default().value_type = Some(value_type.into());
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &PropertyValue {
        &self.value
    }

    /// The name of the data type; `None` only in a property that was read without one.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.type_name.as_deref()
    }

    /// What the value measures.
    #[must_use]
    pub fn get_value_type(&self) -> Option<&ValueType> {
        self.rare.as_ref()?.value_type.as_ref()
    }
}

impl Describe for Property {
    #[inline]
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        sink.text(WireName::Name, &self.name)?;
        if let Some(type_name) = &self.type_name {
            sink.text(WireName::Type, type_name)?;
        }
        if let Some(value_type) = self.get_value_type() {
            sink.text(WireName::ValueType, value_type.as_str())?;
        }
        sink.value(WireName::Value, &self.value)?;
        match &self.rare {
            Some(rare) => rare.extra.describe(sink),
            None => Ok(()),
        }
    }

    #[inline]
    fn is_omitted(&self, non_finite: NonFinite) -> bool {
        non_finite == NonFinite::Omit && self.value.is_non_finite()
    }
}
