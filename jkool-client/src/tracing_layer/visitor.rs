//! Takes the fields of events and spans as `tracing` hands them over.

use std::error::Error;
use std::fmt;

use tracing_core::Field;
use tracing_core::field::Visit;

use super::candidates::OneField;
use super::span_fields::SpanFieldWriter;
use crate::capture::{EventWriter, FieldValue};

/// Passes every value on as a [`FieldValue`].
macro_rules! visit_as_field_values {
    ($type:ident) => {
        impl Visit for $type<'_> {
            #[inline]
            fn record_f64(&mut self, field: &Field, value: f64) {
                self.field(field.index(), FieldValue::Float(value));
            }

            #[inline]
            fn record_i64(&mut self, field: &Field, value: i64) {
                self.field(field.index(), FieldValue::Signed(value));
            }

            #[inline]
            fn record_u64(&mut self, field: &Field, value: u64) {
                self.field(field.index(), FieldValue::Unsigned(value));
            }

            fn record_i128(&mut self, field: &Field, value: i128) {
                self.field(field.index(), FieldValue::WideSigned(value));
            }

            fn record_u128(&mut self, field: &Field, value: u128) {
                self.field(field.index(), FieldValue::WideUnsigned(value));
            }

            #[inline]
            fn record_bool(&mut self, field: &Field, value: bool) {
                self.field(field.index(), FieldValue::Bool(value));
            }

            #[inline]
            fn record_str(&mut self, field: &Field, value: &str) {
                self.field(field.index(), FieldValue::Text(value));
            }

            fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
                self.field(field.index(), FieldValue::Error(value));
            }

            #[inline]
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                self.field(field.index(), FieldValue::Debug(value));
            }
        }
    };
}

visit_as_field_values!(EventWriter);
visit_as_field_values!(SpanFieldWriter);
visit_as_field_values!(OneField);
