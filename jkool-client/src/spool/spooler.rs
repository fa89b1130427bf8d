//! The spool without its thread: what to do with one file, by the caller's clock.

use std::time::Instant;

use super::contained::Contained;
use super::disk::Disk;
use super::failure::{Failing, Trouble};
use super::ledger::Ledger;
use super::options::SpoolOptions;
use super::record::{SpoolId, SpoolRecord, Spooled};
use super::retry::Retry;

/// One spool file and the books on it.
#[derive(Debug)]
pub(crate) struct Spooler {
    contained: Contained,
    ledger: Ledger,
    options: SpoolOptions,
    openings: u64,
    removal_due: Option<Instant>,
    full: Option<Full>,
    full_retry: Retry,
    retire_after: Option<Instant>,
    adopt_at: Option<Instant>,
    damaged: u64,
}

/// What became of a group of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    /// It is on disk, and survives power loss. The first record has this id.
    Stored(SpoolId),
    /// There is no room for it; it is the caller's again.
    Full,
    /// The disk fails. The caller keeps the group and comes again.
    Later,
}

impl Spooler {
    /// A spool on `disk`. Nothing is opened yet.
    pub(crate) fn new(disk: Box<dyn Disk>, options: SpoolOptions) -> Self {
        let contained = Contained::new(disk, &options);
        Self {
            ledger: Ledger::new(contained.generation()),
            openings: contained.openings(),
            contained,
            removal_due: None,
            full: None,
            full_retry: Retry::new(options.first_retry, options.last_retry),
            retire_after: None,
            adopt_at: None,
            damaged: 0,
            options,
        }
    }

    /// Opens the file if there is one, so that what an earlier process left is known.
    pub(crate) fn open_leavings(&mut self, now: Instant) {
        if self.contained.has_leavings() {
            // A failure shows in the state, and the next call tries again.
            let _ = self.open(now);
        }
    }

    /// Stores `records` in one commit, together with the removals that wait.
    pub(crate) fn commit(&mut self, now: Instant, records: &[SpoolRecord]) -> Committed {
        if self.is_full(now) {
            return Committed::Full;
        }
        if let Err(trouble) = self.open(now) {
            return self.refused(now, trouble);
        }
        let first = self.contained.next_seq();
        let done = self.ledger.done(MAX_REMOVALS);
        match self.contained.write(now, records, &done) {
            Ok(seqs) => {
                self.taken_out(now, &done);
                self.ledger.appended();
                self.full = None;
                self.full_retry.succeeded();
                Committed::Stored(SpoolId {
                    generation: self.ledger.generation(),
                    seq: seqs.start,
                })
            }
            Err(trouble) => {
                self.ledger.doubt(first..first + records.len() as u64);
                self.refused(now, trouble)
            }
        }
    }

    /// The next records that nobody holds: up to `max_records`, and no more once they hold `max_bytes`. Empty if
    /// there are none, or the disk fails.
    pub(crate) fn next(&mut self, now: Instant, max_records: usize, max_bytes: usize) -> Vec<Spooled> {
        for _ in 0..MAX_ROUNDS {
            if !self.has_unread() || self.open(now).is_err() {
                break;
            }
            let from = self.ledger.cursor();
            let Ok(found) = self.contained.read_from(now, from, max_records, max_bytes) else {
                continue; // `open` says whether trying again makes sense.
            };
            let damaged = found.damaged.len() as u64;
            self.damaged += damaged;
            let spooled = self.ledger.hand_out(found);
            if damaged > 0 {
                self.note_removals(now);
            }
            if !spooled.is_empty() {
                return spooled;
            }
            if !self.ledger.has_unread() && self.ledger.is_clear() && self.contained.len() > 0 {
                // The file says it holds records, and there is none to be found.
                self.contained.set_aside(now);
                self.follow_generation();
            }
        }
        Vec::new()
    }

    /// Their holders are done with these records.
    pub(crate) fn remove(&mut self, now: Instant, ids: impl IntoIterator<Item = SpoolId>) {
        for id in ids {
            self.ledger.settle(id);
        }
        self.note_removals(now);
    }

    /// Does what is due: opening after a failure, removals, and the look for leavings of other processes.
    pub(crate) fn tick(&mut self, now: Instant) {
        if self.contained.failing().is_some() && self.contained.has_leavings() {
            // So that a disk that is well again shows, even if nobody wants anything of it.
            let _ = self.open(now);
        }
        let enough = self.ledger.done_len() >= MAX_REMOVALS as u64;
        if enough || self.removal_due.is_some_and(|due| due <= now) {
            self.flush_removals(now);
        }
        self.adopt(now);
    }

    /// Takes out what waits to be taken out.
    pub(crate) fn flush_removals(&mut self, now: Instant) {
        for _ in 0..MAX_ROUNDS {
            if self.ledger.done_len() == 0 || self.open(now).is_err() {
                break;
            }
            // The books and the file must agree in both ways: a file whose own count is damaged is not deleted.
            let all_done = self.ledger.is_through() && self.ledger.done_len() == self.contained.len();
            if all_done && self.is_worth_retiring(now) {
                if self.contained.retire(now) {
                    self.full = None;
                    self.full_retry.succeeded();
                } else {
                    self.retire_after = Some(now + self.options.last_retry);
                }
                self.follow_generation();
                continue;
            }
            let done = self.ledger.done(MAX_REMOVALS);
            match self.contained.write(now, &[], &done) {
                Ok(_) => self.taken_out(now, &done),
                Err(trouble) => {
                    self.refused(now, trouble);
                    break;
                }
            }
        }
        let waits = [self.contained.retry_at(), self.full.map(|full| full.retry_at)];
        let soon = now + self.options.removal_delay;
        let again = waits.into_iter().flatten().fold(soon, Instant::max);
        self.removal_due = (self.ledger.done_len() > 0).then_some(again);
    }

    /// Writes what can be written and closes the file in good order.
    pub(crate) fn close(&mut self, now: Instant) {
        self.flush_removals(now);
        // An empty file would only be one more thing to look into for whoever comes next.
        if !(self.contained.is_open() && self.contained.len() == 0 && self.contained.retire(now)) {
            self.contained.close();
        }
    }

    /// Whether new records are refused for want of room.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        let left = self.records();
        if self
            .full
            .is_some_and(|full| left <= full.room_at_records || full.retry_at <= now)
        {
            self.full = None;
        }
        self.full.is_some()
    }

    /// How many records are stored and not removed.
    pub(crate) fn records(&self) -> u64 {
        self.contained.len().saturating_sub(self.ledger.done_len())
    }

    /// Whether removals wait for a commit.
    pub(crate) fn has_removals(&self) -> bool {
        self.removal_due.is_some()
    }

    /// Whether there may be records that nobody holds.
    pub(crate) fn has_unread(&self) -> bool {
        self.ledger.has_unread() && (self.contained.is_open() || self.contained.has_leavings())
    }

    pub(crate) fn file_bytes(&self) -> u64 {
        self.contained.file_bytes()
    }

    pub(crate) fn damaged(&self) -> u64 {
        self.damaged + self.contained.salvaged().damaged
    }

    pub(crate) fn failing(&self) -> Option<&Failing> {
        self.contained.failing()
    }

    pub(crate) fn contained(&self) -> &Contained {
        &self.contained
    }

    /// When to come again at the latest, if nothing happens before. `waiting`: records or readers wait.
    pub(crate) fn due(&self, waiting: bool) -> Option<Instant> {
        let retry = self.contained.retry_at().filter(|_| waiting);
        let full = self.full.map(|full| full.retry_at);
        [self.removal_due, self.adopt_at, retry, full]
            .into_iter()
            .flatten()
            .min()
    }

    fn open(&mut self, now: Instant) -> Result<(), Trouble> {
        let opened = self.contained.open(now);
        self.follow_generation();
        opened?;
        if self.openings != self.contained.openings() {
            let uncertain = self.ledger.uncertain();
            if !uncertain.is_empty() {
                let existing = self.contained.existing(now, &uncertain);
                self.follow_generation();
                self.ledger.reconcile(existing?);
                self.note_removals(now);
            }
            self.openings = self.contained.openings();
        }
        Ok(())
    }

    /// Starts new books if the file is another one.
    fn follow_generation(&mut self) {
        if self.ledger.generation() != self.contained.generation() {
            self.ledger = Ledger::new(self.contained.generation());
            self.removal_due = None;
            self.full = None;
        }
    }

    fn refused(&mut self, now: Instant, trouble: Trouble) -> Committed {
        self.follow_generation();
        match trouble {
            Trouble::Down => Committed::Later,
            Trouble::Full => {
                self.full_retry.failed(now);
                self.full = Some(Full {
                    // An eighth of what is in there has to go: else the next record would meet the same wall.
                    room_at_records: self.records().saturating_sub(self.records() / 8 + 1),
                    retry_at: self.full_retry.at().unwrap_or(now),
                });
                Committed::Full
            }
        }
    }

    fn taken_out(&mut self, now: Instant, done: &[u64]) {
        self.ledger.taken_out(done);
        self.removal_due = None;
        self.note_removals(now);
    }

    fn note_removals(&mut self, now: Instant) {
        if self.ledger.done_len() > 0 && self.removal_due.is_none() {
            self.removal_due = Some(now + self.options.removal_delay);
        }
    }

    /// A file that is large, or that nothing can be written to, is deleted rather than emptied.
    fn is_worth_retiring(&self, now: Instant) -> bool {
        let large = self.contained.file_bytes() > RETIRE_ABOVE_BYTES;
        let stuck = self.full.is_some() || self.contained.failing().is_some();
        (large || stuck) && self.retire_after.is_none_or(|after| after <= now)
    }

    fn adopt(&mut self, now: Instant) {
        if self.contained.len() > 0 || !self.ledger.is_clear() || self.contained.failing().is_some() {
            self.adopt_at = None;
            return;
        }
        match self.adopt_at {
            Some(at) if at > now => return,
            Some(_) if self.contained.adopt(now) => {
                self.follow_generation();
                let _ = self.open(now);
            }
            _ => {}
        }
        self.adopt_at = Some(now + self.options.adopt_every);
    }
}

/// Reads and removals give way to other work after so many rounds; the next call goes on.
const MAX_ROUNDS: usize = 64;

/// Removals per commit at most, so that no commit takes long.
const MAX_REMOVALS: usize = 4_096;

/// An empty file is deleted and begun anew above this size, since redb gives little space back by itself.
const RETIRE_ABOVE_BYTES: u64 = 1024 * 1024;

/// No room, until enough has gone or it is time to try again.
#[derive(Clone, Copy, Debug)]
struct Full {
    room_at_records: u64,
    retry_at: Instant,
}
