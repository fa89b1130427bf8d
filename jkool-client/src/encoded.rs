//! The way into the queue of records that an integration has encoded itself.

use jkool_model::{Encoder, Entity, EntityKind};

use crate::OnFull;
use crate::filter::BeforeSend;
use crate::intake::Intake;
use crate::queue::{ChannelId, Entry};
use crate::scratch::with_buffer;

/// A record that is shown to a hook first.
pub(crate) struct Shown<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) kind: EntityKind,
    pub(crate) channel: (ChannelId, &'a str),
}

impl Intake {
    /// Queues a record. It is counted either way; returns whether it was accepted.
    #[inline]
    pub(crate) fn offer_encoded(
        &self,
        body: &[u8],
        kind: EntityKind,
        (channel, name): (ChannelId, &str),
        on_full: OnFull,
    ) -> bool {
        self.tally.count_offered();
        let is_accepted = body.len() <= self.queue.max_bytes()
            && self.connect.admit(kind, name, body.len()).is_ok()
            && self.enqueue(body, Entry { kind, channel }, None, on_full).is_ok();
        if !is_accepted {
            self.refused.add_one();
        }
        is_accepted
    }

    /// Counts a record that cannot be queued as refused.
    fn refuse_encoded(&self) -> bool {
        self.tally.count_offered();
        self.refused.add_one();
        false
    }

    /// Queues what the hook makes of a record, which is read back for it.
    #[cold]
    pub(crate) fn offer_through_hook(
        &self,
        hook: &BeforeSend,
        encoder: &Encoder,
        shown: Shown<'_>,
        on_full: OnFull,
    ) -> bool {
        // What an integration wrote can be read. If not, the hook has not seen it, and it must not leave.
        let Ok(entity) = Entity::from_json_as(shown.kind, shown.body) else {
            return self.refuse_encoded();
        };
        let Ok(entity) = self.ask_before_send(hook, entity) else {
            return false;
        };
        if entity.validate().is_err() {
            return self.refuse_encoded();
        }
        with_buffer(|body| {
            encoder.encode(&entity, body);
            self.offer_encoded(body, entity.kind(), shown.channel, on_full)
        })
    }
}
