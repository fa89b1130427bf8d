//! The key-value pairs of a record, to fields.

use std::error::Error;

use jkool_model::Encoder;
use log::kv::{Error as ValueError, Key, Value, VisitSource, VisitValue};

use crate::capture::{EventWriter, FieldPlan, FieldValue};

/// Takes the pairs of a record.
pub(super) struct KeyValues<'w, 'a> {
    pub(super) encoder: &'a Encoder,
    pub(super) writer: &'w mut EventWriter<'a>,
}

/// Takes one value.
struct OneValue<'w, 'a> {
    plan: FieldPlan,
    writer: &'w mut EventWriter<'a>,
}

impl<'kvs> VisitSource<'kvs> for KeyValues<'_, '_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), ValueError> {
        let plan = FieldPlan::of_pair(self.encoder, key.as_str());
        value.visit(OneValue {
            plan,
            writer: self.writer,
        })
    }
}

impl OneValue<'_, '_> {
    fn take(&mut self, value: FieldValue<'_>) -> Result<(), ValueError> {
        self.writer.planned(&self.plan, value);
        Ok(())
    }
}

impl<'v> VisitValue<'v> for OneValue<'_, '_> {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), ValueError> {
        self.take(FieldValue::Display(&value))
    }

    fn visit_null(&mut self) -> Result<(), ValueError> {
        self.take(FieldValue::Null)
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), ValueError> {
        self.take(FieldValue::Unsigned(value))
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), ValueError> {
        self.take(FieldValue::Signed(value))
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), ValueError> {
        self.take(FieldValue::WideUnsigned(value))
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), ValueError> {
        self.take(FieldValue::WideSigned(value))
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), ValueError> {
        self.take(FieldValue::Float(value))
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), ValueError> {
        self.take(FieldValue::Bool(value))
    }

    fn visit_str(&mut self, value: &str) -> Result<(), ValueError> {
        self.take(FieldValue::Text(value))
    }

    fn visit_error(&mut self, error: &(dyn Error + 'static)) -> Result<(), ValueError> {
        self.take(FieldValue::Error(error))
    }
}
