//! The key-value pairs of a record, to fields.

use std::error::Error;

use jkool_model::Encoder;
use log::kv::{Error as ValueError, Key, Source, Value, VisitSource, VisitValue};

use crate::capture::{EventWriter, FieldPlan, FieldValue};
use crate::filter::Sampling;

/// The plans for the pairs of a record.
pub(super) fn plans_of(encoder: &Encoder, pairs: &dyn Source) -> Box<[FieldPlan]> {
    let mut plans = Plans {
        encoder,
        plans: Vec::new(),
    };
    // A source that fails has told what it could.
    let _ = pairs.visit(&mut plans);
    plans.plans.into_boxed_slice()
}

/// Whether the pairs have these names, in this order.
pub(super) fn are_planned(plans: &[FieldPlan], pairs: &dyn Source) -> bool {
    let mut names = Names {
        rest: plans,
        is_equal: true,
    };
    let _ = pairs.visit(&mut names);
    names.is_equal && names.rest.is_empty()
}

/// Writes the pairs by the plans of their template.
pub(super) fn write_pairs(writer: &mut EventWriter<'_>, pairs: &dyn Source) {
    let _ = pairs.visit(&mut Values { writer, index: 0 });
}

/// Whether the correlator among the pairs is sampled, if there is one.
pub(super) fn is_sampled(pairs: &dyn Source, sampling: &Sampling) -> Option<bool> {
    let correlator = pairs.get(Key::from_str("jkool.corr_id"))?;
    FieldValue::Display(&correlator).is_sampled(sampling)
}

struct Plans<'a> {
    encoder: &'a Encoder,
    plans: Vec<FieldPlan>,
}

struct Names<'a> {
    rest: &'a [FieldPlan],
    is_equal: bool,
}

struct Values<'w, 'a> {
    writer: &'w mut EventWriter<'a>,
    index: usize,
}

struct OneValue<'w, 'a> {
    writer: &'w mut EventWriter<'a>,
    index: usize,
}

impl<'kvs> VisitSource<'kvs> for Plans<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, _: Value<'kvs>) -> Result<(), ValueError> {
        self.plans.push(FieldPlan::of_pair(self.encoder, key.as_str()));
        Ok(())
    }
}

impl<'kvs> VisitSource<'kvs> for Names<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, _: Value<'kvs>) -> Result<(), ValueError> {
        match self.rest.split_first() {
            Some((plan, rest)) if *plan.name == *key.as_str() => self.rest = rest,
            _ => self.is_equal = false,
        }
        Ok(())
    }
}

impl<'kvs> VisitSource<'kvs> for Values<'_, '_> {
    fn visit_pair(&mut self, _: Key<'kvs>, value: Value<'kvs>) -> Result<(), ValueError> {
        let index = self.index;
        self.index += 1;
        value.visit(OneValue {
            writer: self.writer,
            index,
        })
    }
}

impl OneValue<'_, '_> {
    fn take(&mut self, value: FieldValue<'_>) -> Result<(), ValueError> {
        self.writer.field(self.index, value);
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
