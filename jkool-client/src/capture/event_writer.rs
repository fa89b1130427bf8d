//! One record, field by field, to the JSON of an event.

use std::ops::Range;

use jkool_model::{Encoder, Timestamp, TrackingId, WireName};

use super::field_plan::{FieldPlan, Place};
use super::field_value::{FieldValue, push_member, push_property};
use super::options::Options;
use super::redaction::Redaction;
use super::reserved::{Reserved, ReservedSet};
use super::template::Template;
use super::thread_buffers::ThreadBuffers;
use super::thread_facts::ThreadFacts;

/// Writes one event into the buffers of a thread.
pub(crate) struct EventWriter<'a> {
    encoder: &'a Encoder,
    options: &'a Options,
    template: &'a Template,
    buffers: &'a mut ThreadBuffers,
    id: TrackingId,
    /// Where the list of properties begins; what is no property goes to the other buffer from then on.
    listing: Option<usize>,
    fields: usize,
    set: ReservedSet,
    message: Option<Piece>,
    exception: Option<Piece>,
    /// Where the file of a location ends that may get a line.
    file_end: Option<(bool, usize)>,
}

/// A text in one of the two buffers.
#[derive(Clone, Debug)]
struct Piece {
    is_late: bool,
    range: Range<usize>,
}

/// What there is to say of an event once it is written.
#[cfg_attr(
    not(feature = "tracing"),
    expect(dead_code, reason = "records of `log` belong to no activity")
)]
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: TrackingId,
    /// Where in the JSON the exception stands, or else the message, as the inside of a text.
    pub(crate) trouble: Option<Range<usize>>,
}

/// The activity that an event belongs to, as JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership<'a> {
    pub(crate) parent: &'a TrackingId,
    /// `,"corrid":[…]`.
    pub(crate) correlators: &'a [u8],
}

impl<'a> EventWriter<'a> {
    /// Begins an event that happens now.
    #[inline]
    pub(crate) fn begin(
        encoder: &'a Encoder,
        options: &'a Options,
        template: &'a Template,
        buffers: &'a mut ThreadBuffers,
    ) -> Self {
        let time = Timestamp::now();
        let id = TrackingId::fresh_at(time);
        buffers.out.extend_from_slice(&template.prefix);
        let mut pieces = encoder.pieces(&mut buffers.out);
        pieces.signed(time.as_micros());
        if !template.may_set_id {
            pieces.id(WireName::TrackingId, &id);
        }
        buffers.out.extend_from_slice(&buffers.thread.tid);
        EventWriter {
            encoder,
            options,
            template,
            buffers,
            id,
            listing: None,
            fields: 0,
            set: ReservedSet::default(),
            message: None,
            exception: None,
            file_end: None,
        }
    }

    /// Takes the field of this number of the callsite.
    #[inline(always)]
    pub(crate) fn field(&mut self, index: usize, value: FieldValue<'_>) {
        let template = self.template;
        if let Some(plan) = template.fields.get(index) {
            self.planned(plan, value);
        }
    }

    /// Takes a field with a plan of its own.
    #[inline(always)]
    pub(crate) fn planned(&mut self, plan: &FieldPlan, value: FieldValue<'_>) {
        if self.options.redact.is_set() {
            self.redacted(plan, value);
        } else {
            self.write(plan, value);
        }
    }

    #[cold]
    fn redacted(&mut self, plan: &FieldPlan, value: FieldValue<'_>) {
        let max_bytes = match plan.place {
            Place::LogTarget | Place::LogFile | Place::LogLine => return self.write(plan, value),
            Place::Message | Place::Exception => self.options.max_message_bytes,
            _ => self.options.max_field_bytes,
        };
        let text = value.to_text(max_bytes);
        match self.options.redact.ask(&plan.name, &text) {
            Redaction::Keep if value.is_textual() => self.write(plan, FieldValue::Text(&text)),
            Redaction::Keep => self.write(plan, value),
            Redaction::Remove => {}
            Redaction::Replace(text) => self.write(plan, FieldValue::Text(&text)),
        }
    }

    #[inline(always)]
    fn write(&mut self, plan: &FieldPlan, value: FieldValue<'_>) {
        match plan.place {
            Place::Property => self.property(plan, value),
            Place::Message => self.message = self.long_text(WireName::MessageText, value),
            Place::Exception if value.is_textual() && self.exception.is_none() => {
                self.exception = self.long_text(WireName::Exception, value);
            }
            Place::Exception => self.property(plan, value),
            Place::Reserved(reserved) => self.reserved(plan, reserved, value),
            Place::LogTarget => self.reserved(plan, Reserved::Operation, value),
            Place::LogFile => {
                self.reserved(plan, Reserved::Location, value);
                self.file_end = Some((self.listing.is_some(), self.members().len()));
            }
            Place::LogLine => self.line(value),
            Place::Nowhere => {}
        }
    }

    #[inline(always)]
    fn property(&mut self, plan: &FieldPlan, value: FieldValue<'_>) {
        if self.fields >= self.options.max_fields {
            return;
        }
        self.fields += 1;
        let (encoder, max_bytes) = (self.encoder, self.options.max_field_bytes);
        self.begin_listing();
        push_property(encoder, &mut self.buffers.out, plan, value, max_bytes);
    }

    /// Begins the list of properties if need be. Every property has a comma in front; the first one of the list is
    /// replaced in the end.
    #[inline]
    fn begin_listing(&mut self) {
        if self.listing.is_none() {
            self.listing = Some(self.buffers.out.len() + ThreadFacts::LIST_KEY.len());
            self.buffers.out.extend_from_slice(&self.buffers.thread.list);
        }
    }

    fn long_text(&mut self, name: WireName, value: FieldValue<'_>) -> Option<Piece> {
        let (encoder, max_bytes, is_late) = (
            self.encoder,
            self.options.max_message_bytes,
            self.listing.is_some(),
        );
        let out = self.members();
        encoder.pieces(out).key(name);
        out.push(b'"');
        let start = out.len();
        value.push_text(encoder, out, max_bytes);
        let range = start..out.len();
        out.push(b'"');
        Some(Piece { is_late, range })
    }

    #[cold]
    fn reserved(&mut self, plan: &FieldPlan, reserved: Reserved, value: FieldValue<'_>) {
        if self.set.contains(reserved) {
            return;
        }
        let (encoder, max_bytes) = (self.encoder, self.options.max_field_bytes);
        let is_set = if reserved == Reserved::TrackingId {
            let text = value.to_text(max_bytes);
            let is_id = !text.is_empty();
            if is_id {
                self.id = TrackingId::from(text);
            }
            is_id
        } else {
            push_member(encoder, self.members(), reserved, value, max_bytes)
        };
        if is_set {
            self.set.insert(reserved);
        } else {
            self.property(plan, value);
        }
    }

    /// Adds the line to the file that came just before.
    #[cold]
    fn line(&mut self, value: FieldValue<'_>) {
        let place = (self.listing.is_some(), self.members().len());
        if self.file_end == Some(place) && self.set.contains(Reserved::Location) {
            let (encoder, max_bytes) = (self.encoder, self.options.max_field_bytes);
            let out = self.members();
            out.pop();
            out.push(b':');
            value.push_text(encoder, out, max_bytes);
            out.push(b'"');
        }
    }

    /// Where members go that are no properties.
    #[inline]
    fn members(&mut self) -> &mut Vec<u8> {
        if self.listing.is_some() {
            &mut self.buffers.late
        } else {
            &mut self.buffers.out
        }
    }

    /// Ends the event, as a member of an activity if there is one.
    #[inline]
    pub(crate) fn finish(mut self, membership: Option<Membership<'_>>) -> Event {
        if self.buffers.thread.has_name() {
            self.begin_listing();
        }
        let out = &mut self.buffers.out;
        if let Some(start) = self.listing {
            match out.get_mut(start) {
                Some(comma) => *comma = b'[',
                // Every property was omitted.
                None => out.push(b'['),
            }
            out.push(b']');
        }
        let late_start = out.len();
        if !self.buffers.late.is_empty() {
            out.extend_from_slice(&self.buffers.late);
        }
        for (reserved, member) in &self.template.fallbacks {
            if !self.set.contains(*reserved) {
                out.extend_from_slice(member);
            }
        }
        let mut pieces = self.encoder.pieces(out);
        if self.template.may_set_id {
            pieces.id(WireName::TrackingId, &self.id);
        }
        if let Some(membership) = membership {
            pieces.id(WireName::ParentId, membership.parent);
            if !self.set.contains(Reserved::Correlator) {
                pieces.raw(membership.correlators);
            }
        }
        out.push(b'}');
        let trouble = self.exception.or(self.message).map(|piece| {
            let offset = if piece.is_late { late_start } else { 0 };
            piece.range.start + offset..piece.range.end + offset
        });
        Event { id: self.id, trouble }
    }
}
