//! Reading one property, whose value's type decides how the value is understood.

use std::borrow::Cow;

use crate::extra_fields::ExtraFields;
use crate::field_problem::FieldProblem;
use crate::json_object::ReadFields;
use crate::property::RareFields;
use crate::wire_name::WireName;
use crate::{Property, PropertyValue, Timestamp, ValueType, json_value};

/// The fields of a property as they come in.
#[derive(Default)]
pub(crate) struct PropertyReader {
    name: Option<Cow<'static, str>>,
    value: Option<PropertyValue>,
    type_name: Option<Cow<'static, str>>,
    rare: Option<Box<RareFields>>,
}

impl PropertyReader {
    /// The property; `json` is where a missing name is reported.
    pub(crate) fn finish(self, json: &str) -> Result<Property, FieldProblem> {
        let name = self
            .name
            .ok_or_else(|| FieldProblem::new("a property with a name", json))?;
        let value = match (
            self.value.unwrap_or(PropertyValue::Null),
            self.type_name.as_deref(),
        ) {
            (PropertyValue::Int(micros), Some("date.usec")) => {
                PropertyValue::Timestamp(Timestamp::from_micros(micros))
            }
            (value, _) => value,
        };
        Ok(Property::from_parts(name, value, self.type_name, self.rare))
    }
}

impl ReadFields for PropertyReader {
    fn read(&mut self, name: WireName, json: &str) -> Result<(), FieldProblem> {
        match name {
            WireName::Name => self.name = Some(json_value::text(json)?),
            WireName::Type => self.type_name = Some(json_value::text(json)?),
            WireName::Value => self.value = Some(json_value::property_value(json)?),
            WireName::ValueType => {
                self.rare.get_or_insert_default().value_type = Some(ValueType::new(json_value::text(json)?));
            }
            // The layout of properties has no other fields.
            _ => {}
        }
        Ok(())
    }

    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.rare.get_or_insert_default().extra
    }
}
