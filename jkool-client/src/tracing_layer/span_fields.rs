//! The fields of a span, as JSON from the moment they are recorded.

use std::ops::Range;

use jkool_model::{Encoder, TrackingId};

use crate::capture::{
    FieldPlan, FieldValue, Options, Place, Redaction, Reserved, Template, push_member, push_property,
};
use crate::filter::Sampling;

/// The fields that a span has so far.
#[derive(Debug, Default)]
pub(super) struct SpanFields {
    json: Vec<u8>,
    entries: Vec<Entry>,
}

/// One field; a later value of the same field takes its place.
#[derive(Debug)]
struct Entry {
    index: usize,
    reserved: Option<Reserved>,
    range: Range<usize>,
}

/// What was recorded in one go.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) fields: SpanFields,
    pub(super) tracking_id: Option<TrackingId>,
    /// The inside of a JSON text.
    pub(super) correlator: Option<Vec<u8>>,
    /// Whether what has the correlator is sampled, if anything is.
    pub(super) is_kept: Option<bool>,
    /// The inside of a JSON text.
    pub(super) exception: Option<Vec<u8>>,
}

/// Takes the values of fields.
pub(super) struct SpanFieldWriter<'a> {
    encoder: &'a Encoder,
    options: &'a Options,
    template: &'a Template,
    sampling: Option<Sampling>,
    recorded: Recorded,
}

impl SpanFields {
    /// The members that reserved fields set.
    pub(super) fn members(&self) -> impl Iterator<Item = (Reserved, &[u8])> {
        self.entries
            .iter()
            .filter_map(|entry| Some((entry.reserved?, self.json.get(entry.range.clone())?)))
    }

    /// The properties.
    pub(super) fn properties(&self) -> impl Iterator<Item = &[u8]> {
        self.entries
            .iter()
            .filter(|entry| entry.reserved.is_none())
            .filter_map(|entry| self.json.get(entry.range.clone()))
    }

    /// Adds later values, at most so many fields in all.
    pub(super) fn merge(&mut self, later: &SpanFields, max_fields: usize) {
        for entry in &later.entries {
            self.remove(entry.index);
            if self.entries.len() < max_fields
                && let Some(json) = later.json.get(entry.range.clone())
            {
                self.push(entry.index, entry.reserved, |out| out.extend_from_slice(json));
            }
        }
    }

    fn push(&mut self, index: usize, reserved: Option<Reserved>, write: impl FnOnce(&mut Vec<u8>)) -> bool {
        let start = self.json.len();
        write(&mut self.json);
        let range = start..self.json.len();
        let is_written = !range.is_empty();
        if is_written {
            self.entries.push(Entry {
                index,
                reserved,
                range,
            });
        }
        is_written
    }

    fn remove(&mut self, index: usize) {
        let Some(position) = self.entries.iter().position(|entry| entry.index == index) else {
            return;
        };
        let gone = self.entries.remove(position).range;
        self.json.drain(gone.clone());
        for entry in &mut self.entries {
            if entry.range.start >= gone.end {
                entry.range.start -= gone.len();
                entry.range.end -= gone.len();
            }
        }
    }
}

impl<'a> SpanFieldWriter<'a> {
    /// Nothing recorded yet.
    pub(super) fn new(
        encoder: &'a Encoder,
        options: &'a Options,
        template: &'a Template,
        sampling: Option<Sampling>,
    ) -> Self {
        SpanFieldWriter {
            encoder,
            options,
            template,
            sampling,
            recorded: Recorded::default(),
        }
    }

    /// What was recorded.
    pub(super) fn finish(self) -> Recorded {
        self.recorded
    }

    /// Takes the field of this number of the callsite.
    pub(super) fn field(&mut self, index: usize, value: FieldValue<'_>) {
        let template = self.template;
        let Some(plan) = template.fields.get(index) else {
            return;
        };
        // What the program wrote decides, so that services agree whatever each of them redacts.
        if let Some(sampling) = &self.sampling
            && plan.place == Place::Reserved(Reserved::Correlator)
        {
            self.recorded.is_kept = value.is_sampled(sampling).or(self.recorded.is_kept);
        }
        if !self.options.redact.is_set() {
            return self.write(index, plan, value);
        }
        let text = value.to_text(self.max_bytes(plan));
        match self.options.redact.ask(&plan.name, &text) {
            Redaction::Keep if value.is_textual() => self.write(index, plan, FieldValue::Text(&text)),
            Redaction::Keep => self.write(index, plan, value),
            Redaction::Remove => {}
            Redaction::Replace(text) => self.write(index, plan, FieldValue::Text(&text)),
        }
    }

    fn max_bytes(&self, plan: &FieldPlan) -> usize {
        match plan.place {
            Place::Exception => self.options.max_message_bytes,
            _ => self.options.max_field_bytes,
        }
    }

    fn write(&mut self, index: usize, plan: &FieldPlan, value: FieldValue<'_>) {
        let (encoder, max_bytes) = (self.encoder, self.max_bytes(plan));
        match plan.place {
            Place::Exception if value.is_textual() => {
                let mut text = Vec::new();
                value.push_text(encoder, &mut text, max_bytes);
                self.recorded.exception = Some(text);
            }
            Place::Reserved(Reserved::Correlator) => {
                let mut text = Vec::new();
                value.push_text(encoder, &mut text, max_bytes);
                if !text.is_empty() {
                    self.recorded.correlator = Some(text);
                }
            }
            Place::Reserved(Reserved::TrackingId) => {
                let text = value.to_text(max_bytes);
                if !text.is_empty() {
                    self.recorded.tracking_id = Some(TrackingId::from(text));
                }
            }
            // An activity has no tags; they are told as a property.
            Place::Reserved(reserved) if reserved != Reserved::Tag => {
                let fields = &mut self.recorded.fields;
                let is_set = fields.push(index, Some(reserved), |out| {
                    push_member(encoder, out, reserved, value, max_bytes);
                });
                if !is_set {
                    self.property(index, plan, value);
                }
            }
            _ => self.property(index, plan, value),
        }
    }

    fn property(&mut self, index: usize, plan: &FieldPlan, value: FieldValue<'_>) {
        let (encoder, max_bytes) = (self.encoder, self.options.max_field_bytes);
        let fields = &mut self.recorded.fields;
        if fields.entries.len() < self.options.max_fields {
            fields.push(index, None, |out| {
                push_property(encoder, out, plan, value, max_bytes)
            });
        }
    }
}
