//! What comes from the callers: new records, and commands.

use tokio::time::Instant;

use super::{Command, Delivery, SpoolLane};
use crate::queue::{LINGER, TICK};

impl Delivery {
    /// Takes new records out of the queue, if it is time to look.
    pub(super) fn collect(&mut self, now: Instant) {
        let is_due = !self.is_parked && self.next_tick.is_none_or(|tick| tick <= now);
        if !self.is_rung && !is_due {
            return;
        }
        self.is_rung = false;
        if self.drain(now) {
            self.last_record = Some(now);
        }
        let is_idle = self
            .last_record
            .is_none_or(|last| now.duration_since(last) >= LINGER);
        self.is_parked = is_idle && self.reader.park();
        self.next_tick = Some(now + TICK);
    }

    pub(super) fn drain(&mut self, now: Instant) -> bool {
        let is_for_disk = self.spool.as_ref().is_some_and(SpoolLane::takes_new);
        let Self {
            reader,
            backlog,
            ledger,
            ..
        } = self;
        // Looking at the shards takes back the wish to be woken.
        self.is_parked = false;
        let mut lanes = backlog.lock();
        reader.drain(now, |queued| lanes.push(queued, is_for_disk, ledger))
    }

    /// Obeys the commands that have come. What was accepted before a command is taken out of the queue first.
    pub(super) fn obey(&mut self, now: Instant) {
        let commands = self.mailbox.take();
        if commands.is_empty() {
            return;
        }
        if self.drain(now) {
            self.last_record = Some(now);
        }
        for command in commands {
            match command {
                Command::Flush(done) => self.begin_flush(done),
                Command::Close { within, done } => self.begin_closing(now, within, done),
                Command::Renew => self.renew(now),
                Command::Check(done) => self.link.check(&self.connect, done, &self.news),
            }
        }
    }
}
