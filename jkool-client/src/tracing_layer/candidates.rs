//! What the filters ask of events and spans before their fields are written.

use jkool_model::Severity;
use tracing_core::Event;

use super::layer::operation;
use super::span_node::SpanNode;
use crate::capture::{FieldPlan, FieldValue, Place, Reserved, Template};
use crate::filter::{Candidate, Fingerprint, FingerprintWriter, Sampling};

/// An event that happens now.
pub(super) struct HappeningEvent<'a, F> {
    pub(super) event: &'a Event<'a>,
    pub(super) template: &'a Template,
    /// Whether the span it is in is kept, if it is in one.
    pub(super) is_span_kept: F,
}

/// A span that ends now.
pub(super) struct EndingSpan<'a> {
    pub(super) node: &'a SpanNode,
    pub(super) template: &'a Template,
}

/// Finds the value of one field.
pub(super) struct OneField<'a> {
    fields: &'a [FieldPlan],
    place: Place,
    found: &'a mut dyn FnMut(FieldValue<'_>),
}

impl OneField<'_> {
    /// Takes the field of this number of the callsite.
    #[inline]
    pub(super) fn field(&mut self, index: usize, value: FieldValue<'_>) {
        if self
            .fields
            .get(index)
            .is_some_and(|plan| plan.place == self.place)
        {
            (self.found)(value);
        }
    }
}

impl<F> HappeningEvent<'_, F> {
    fn find(&self, place: Place, found: &mut dyn FnMut(FieldValue<'_>)) {
        self.event.record(&mut OneField {
            fields: &self.template.fields,
            place,
            found,
        });
    }
}

impl<F: Fn() -> Option<bool>> Candidate for HappeningEvent<'_, F> {
    fn is_sampled(&self, sampling: &Sampling) -> bool {
        if let Some(is_kept) = (self.is_span_kept)() {
            return is_kept;
        }
        let mut is_sampled = None;
        if self.template.may_set_correlator {
            self.find(Place::Reserved(Reserved::Correlator), &mut |value| {
                is_sampled = value.is_sampled(sampling);
            });
        }
        is_sampled.unwrap_or_else(|| sampling.keeps_by_chance())
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.template.severity)
    }

    fn fingerprint(&self, mut writer: FingerprintWriter) -> Option<Fingerprint> {
        let metadata = self.event.metadata();
        writer.severity(self.template.severity);
        writer.text(metadata.target());
        writer.text(operation(metadata));
        let mut has_message = false;
        self.find(Place::Message, &mut |value| {
            has_message = true;
            value.print(&mut writer);
        });
        has_message.then(|| writer.finish())
    }
}

impl Candidate for EndingSpan<'_> {
    fn is_sampled(&self, _: &Sampling) -> bool {
        self.node.is_kept()
    }

    fn severity(&self) -> Option<Severity> {
        let state = self.node.lock();
        Some(state.severity(self.template.severity))
    }

    fn fingerprint(&self, _: FingerprintWriter) -> Option<Fingerprint> {
        None
    }
}
