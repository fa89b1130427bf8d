//! Where a layer or logger puts its records.

use jkool_model::{Encoder, EntityKind};

use super::event_writer::EventWriter;
use super::field_plan::FieldPlan;
use super::field_value::FieldValue;
use super::template::Channel;
use crate::encoded::Shown;
use crate::filter::{Candidate, Filters, Passed, REPEATED};
use crate::{Client, FilterReason, OnFull};

/// A client, and what to do when its queue is full.
pub(crate) struct Outlet {
    client: Client,
    on_full: OnFull,
    repeated: FieldPlan,
}

impl Outlet {
    pub(crate) fn new(client: Client) -> Self {
        Outlet {
            on_full: client.handle.intake.on_full,
            repeated: FieldPlan::of_event(&client.handle.origin.encoder, REPEATED),
            client,
        }
    }

    pub(crate) fn set_on_full(&mut self, on_full: OnFull) {
        self.on_full = on_full;
    }

    /// The client.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// How entities are spelled.
    #[inline]
    pub(crate) fn encoder(&self) -> &Encoder {
        &self.client.handle.origin.encoder
    }

    /// The channel of this name.
    pub(crate) fn channel(&self, name: &str) -> Channel {
        let (id, name) = self.client.handle.intake.channels.intern(name);
        Channel { id, name }
    }

    /// The filters of the client.
    #[inline]
    pub(crate) fn filters(&self) -> &Filters {
        &self.client.handle.intake.filters
    }

    /// Whether something passes the filters that need no record; it is counted if it does not.
    #[inline]
    pub(crate) fn judge(&self, candidate: &impl Candidate) -> Result<Passed, FilterReason> {
        self.client.handle.intake.judge(candidate)
    }

    /// Tells in an event that passed how many of its kind were suppressed before it, if any were.
    #[inline]
    pub(crate) fn tell_suppressed(&self, writer: &mut EventWriter<'_>, passed: Passed) {
        if passed.suppressed > 0 {
            writer.planned(&self.repeated, FieldValue::Unsigned(passed.suppressed));
        }
    }

    /// Something was filtered without being judged.
    #[inline]
    pub(crate) fn count_filtered(&self, reason: FilterReason) {
        self.client.handle.intake.tally.count_filtered(reason);
    }

    /// Queues a record that passed, if the hook lets it pass too; returns whether it was accepted.
    #[inline]
    pub(crate) fn offer(&self, body: &[u8], kind: EntityKind, channel: &Channel, passed: Passed) -> bool {
        let (intake, channel) = (&self.client.handle.intake, (channel.id, &*channel.name));
        let is_accepted = match &intake.filters.before_send {
            None => intake.offer_encoded(body, kind, channel, self.on_full),
            Some(hook) => {
                let shown = Shown { body, kind, channel };
                intake.offer_through_hook(hook, self.encoder(), shown, self.on_full)
            }
        };
        if !is_accepted {
            intake.filters.take_back(passed);
        }
        is_accepted
    }
}
