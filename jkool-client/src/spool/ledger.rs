//! Which records of the file were handed out, which are done with, and where reading goes on.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::record::{SpoolId, Spooled};
use super::store::Found;

/// The books on one file. They only ever name keys that are in it, which is what makes "all of it is done with" a
/// comparison of two numbers.
#[derive(Debug)]
pub(crate) struct Ledger {
    generation: u32,
    /// Where the next look into the file begins.
    cursor: u64,
    /// Whether there may be something at or after the cursor.
    unread: bool,
    /// Handed out, not yet removed by their holder.
    out: HashSet<u64>,
    /// Done with, still in the file.
    done: BTreeSet<u64>,
    /// Keys of a write that failed: nobody knows yet whether they are in the file.
    doubtful: Option<Range<u64>>,
}

impl Ledger {
    /// Empty books on the file of `generation`, which may hold anything.
    pub(crate) fn new(generation: u32) -> Self {
        Self {
            generation,
            cursor: 0,
            unread: true,
            out: HashSet::new(),
            done: BTreeSet::new(),
            doubtful: None,
        }
    }

    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }

    pub(crate) fn has_unread(&self) -> bool {
        self.unread
    }

    /// New records came in.
    pub(crate) fn appended(&mut self) {
        self.unread = true;
    }

    /// Books what was found, and gives back what of it is to be handed out.
    pub(crate) fn hand_out(&mut self, found: Found) -> Vec<Spooled> {
        self.cursor = self.cursor.max(found.next_seq);
        self.unread = !found.at_end;
        self.done.extend(found.damaged);
        let generation = self.generation;
        found
            .records
            .into_iter()
            .filter(|(seq, _)| !self.done.contains(seq))
            .filter(|(seq, _)| self.out.insert(*seq))
            .map(|(seq, record)| Spooled {
                id: SpoolId { generation, seq },
                record,
            })
            .collect()
    }

    /// Its holder is done with the record. Ids that are unknown, of another file, or named before, change nothing.
    pub(crate) fn settle(&mut self, id: SpoolId) {
        if id.generation == self.generation && self.out.remove(&id.seq) {
            self.done.insert(id.seq);
        }
    }

    /// Up to `max` keys that can be taken out of the file.
    pub(crate) fn done(&self, max: usize) -> Vec<u64> {
        self.done.iter().copied().take(max).collect()
    }

    pub(crate) fn done_len(&self) -> u64 {
        self.done.len() as u64
    }

    /// Nothing is handed out, and nothing waits to be taken out.
    pub(crate) fn is_clear(&self) -> bool {
        self.out.is_empty() && self.done.is_empty()
    }

    /// Everything was read, and nothing is handed out.
    pub(crate) fn is_through(&self) -> bool {
        !self.unread && self.out.is_empty()
    }

    /// `seqs` have left the file for good.
    pub(crate) fn taken_out(&mut self, seqs: &[u64]) {
        if seqs.len() == self.done.len() {
            self.done.clear();
        } else {
            for seq in seqs {
                self.done.remove(seq);
            }
        }
    }

    /// A write of new records under the keys `seqs` failed.
    pub(crate) fn doubt(&mut self, seqs: Range<u64>) {
        self.doubtful = Some(match self.doubtful.take() {
            Some(before) => before.start.min(seqs.start)..before.end.max(seqs.end),
            None => seqs,
        });
    }

    /// The keys whose presence has to be looked up after a failure.
    pub(crate) fn uncertain(&self) -> BTreeSet<u64> {
        let mut seqs = self.done.clone();
        seqs.extend(self.doubtful.clone().unwrap_or_default());
        seqs
    }

    /// Of the uncertain keys, `existing` are in the file. Those of a failed write go: their records are still in
    /// memory and will be written again, or were handed back.
    pub(crate) fn reconcile(&mut self, existing: BTreeSet<u64>) {
        self.doubtful = None;
        self.done = existing;
    }
}
