//! The way into the queue of records that an integration has encoded itself.

use jkool_model::EntityKind;

use crate::OnFull;
use crate::intake::Intake;
use crate::queue::{ChannelId, Entry};

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
}
