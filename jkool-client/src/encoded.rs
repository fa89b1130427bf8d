//! The way into the queue of records that an integration has encoded itself.

use std::time::{Duration, Instant};

use jkool_model::EntityKind;

use crate::intake::Intake;
use crate::queue::{ChannelId, Entry, Rejected};

/// How often a blocked caller looks for room.
const LOOK: Duration = Duration::from_millis(1);

impl Intake {
    /// Queues a record, if need be after waiting `patience` for room. It is counted either way; returns whether it was
    /// accepted.
    #[inline]
    pub(crate) fn offer_encoded(
        &self,
        body: &[u8],
        kind: EntityKind,
        channel: (ChannelId, &str),
        patience: Option<Duration>,
    ) -> bool {
        self.tally.count_offered();
        let is_accepted = self.accept_encoded(body, kind, channel, patience);
        if !is_accepted {
            self.refused.add_one();
        }
        is_accepted
    }

    #[inline]
    fn accept_encoded(
        &self,
        body: &[u8],
        kind: EntityKind,
        (channel, name): (ChannelId, &str),
        patience: Option<Duration>,
    ) -> bool {
        if body.len() > self.queue.max_bytes() || self.connect.admit(kind, name, body.len()).is_err() {
            return false;
        }
        let entry = Entry { kind, channel };
        match (self.queue.push(body, entry, None), patience) {
            (Ok(()), _) => true,
            (Err(Rejected::Full), Some(patience)) => self.wait_for_room(body, entry, patience),
            (Err(_), _) => false,
        }
    }

    #[cold]
    fn wait_for_room(&self, body: &[u8], entry: Entry, patience: Duration) -> bool {
        let since = Instant::now();
        while since.elapsed() < patience && !self.is_forked() {
            self.queue.ring();
            std::thread::sleep(LOOK.min(patience));
            match self.queue.push(body, entry, None) {
                Ok(()) => return true,
                Err(Rejected::Full) => {}
                Err(Rejected::Shut(_)) => return false,
            }
        }
        false
    }
}
