//! The records that wait for their turn, oldest first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jkool_transport::Limits;

use super::pending::Pending;
use crate::ledger::Ledger;
use crate::queue::Queued;

/// The records that wait for their turn, oldest first. The worker's, but for callers that drop the oldest to make
/// room: hence the lock, which is held for moments, and never while anybody is told of a fate.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    lanes: Mutex<Lanes>,
}

/// What is under the lock. The first lane leads to the far end, the second one to the disk.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    ready: VecDeque<Pending>,
    /// Newer than whatever is on disk.
    annex: VecDeque<Pending>,
    next_rank: u64,
    /// How many records have left the lane that leads through the disk: read, passed by, or given up.
    exits: u64,
}

impl Backlog {
    /// The lanes, for several steps. Shards of the queue may be locked meanwhile, but not the other way round.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    /// Adds a new record at the end of the first lane, or of the second one.
    pub(crate) fn push(&mut self, queued: Queued, is_for_disk: bool, ledger: &Arc<Ledger>) {
        let pending = Pending::queued(queued, self.take_rank(), ledger);
        if is_for_disk {
            self.annex.push_back(pending);
        } else {
            self.ready.push_back(pending);
        }
    }

    /// Puts a record back where it belongs, which is near the front; of the other lane, if all goes to the disk. Gives
    /// back one that is there already, to be let go.
    #[must_use = "what is on disk must be let go when nobody holds the lock"]
    pub(crate) fn put_back(&mut self, pending: Pending, is_stashing: bool) -> Option<Pending> {
        match (is_stashing, pending.is_in_memory()) {
            (false, _) => insert(&mut self.ready, pending),
            (true, true) => insert(&mut self.annex, pending),
            (true, false) => return Some(pending),
        }
        None
    }

    /// The oldest record that is ready.
    pub(crate) fn oldest(&self) -> Option<&Pending> {
        self.ready.front()
    }

    /// Takes the oldest record that is ready.
    pub(crate) fn take_oldest(&mut self) -> Option<Pending> {
        self.ready.pop_front()
    }

    /// Takes the oldest record that is ready, if it is like this.
    pub(crate) fn take_oldest_if(&mut self, is_like: impl FnOnce(&Pending) -> bool) -> Option<Pending> {
        self.oldest().is_some_and(is_like).then(|| self.take_oldest())?
    }

    /// Takes the oldest record that takes a place in the queue.
    pub(crate) fn take_oldest_in_memory(&mut self) -> Option<Pending> {
        match self.ready.iter().position(Pending::is_in_memory) {
            Some(index) => self.ready.remove(index),
            None => self.take_from_annex_if(|_| true),
        }
    }

    /// Takes the oldest record on its way to the disk, if it is like this.
    pub(crate) fn take_from_annex_if(&mut self, is_like: impl FnOnce(&Pending) -> bool) -> Option<Pending> {
        let oldest = self
            .annex
            .front()
            .is_some_and(is_like)
            .then(|| self.annex.pop_front())?;
        self.exits += u64::from(oldest.is_some());
        oldest
    }

    /// Takes the oldest records, as many as fit into one batch.
    pub(crate) fn take_batch(&mut self, limits: &Limits) -> Vec<Pending> {
        let count = fitting(
            &self.ready,
            limits.max_batch_records,
            |pending, bytes: &mut usize| {
                *bytes = bytes.saturating_add(pending.body.len().max(1));
                *bytes <= limits.max_batch_bytes
            },
        );
        self.ready.drain(..count).collect()
    }

    /// Whether nothing is ready.
    pub(crate) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// The rank that the next new record will have.
    pub(crate) fn next_rank(&self) -> u64 {
        self.next_rank
    }

    /// How many records have left the lane that leads through the disk.
    pub(crate) fn exits(&self) -> u64 {
        self.exits
    }

    /// When the oldest record on its way to the disk is given up, and the like.
    pub(crate) fn annex_oldest(&self) -> Option<&Pending> {
        self.annex.front()
    }

    fn take_rank(&mut self) -> u64 {
        let rank = self.next_rank;
        self.next_rank += 1;
        rank
    }
}

/// The way through the disk.
#[cfg(feature = "spool")]
impl Lanes {
    /// Whether fewer records and bytes than this are ready.
    pub(crate) fn has_few_ready(&self, records: usize, bytes: usize) -> bool {
        self.ready.len() < records
            && self.ready.iter().map(|pending| pending.body.len()).sum::<usize>() < bytes
    }

    /// How many records are on their way to the disk.
    pub(crate) fn annex_len(&self) -> usize {
        self.annex.len()
    }

    /// Takes the oldest records on their way to the disk: so many, and no more once they hold so many bytes, but at
    /// least one.
    pub(crate) fn take_for_disk(
        &mut self,
        max_records: usize,
        max_bytes: usize,
        mut bytes_of: impl FnMut(&Pending) -> usize,
    ) -> Vec<Pending> {
        let count = fitting(&self.annex, max_records, |pending, bytes: &mut usize| {
            *bytes = bytes.saturating_add(bytes_of(pending));
            *bytes <= max_bytes
        });
        self.annex.drain(..count).collect()
    }

    /// Takes back records that did not get to the disk.
    pub(crate) fn put_back_for_disk(&mut self, records: impl IntoIterator<Item = Pending>) {
        for pending in records {
            insert(&mut self.annex, pending);
        }
    }

    /// These records pass the disk by, at the end of what is ready.
    pub(crate) fn bypass(&mut self, records: Vec<Pending>) {
        for mut pending in records {
            pending.rank = self.take_rank();
            self.exits += 1;
            self.ready.push_back(pending);
        }
    }

    /// All records on their way to the disk pass it by.
    pub(crate) fn bypass_annex(&mut self) {
        let annex = std::mem::take(&mut self.annex);
        self.bypass(annex.into());
    }

    /// Records come back from the disk, behind what is ready.
    pub(crate) fn push_from_disk(&mut self, make: impl FnOnce(u64) -> Pending) {
        let rank = self.take_rank();
        self.exits += 1;
        self.ready.push_back(make(rank));
    }

    /// Records have left the lane without ever being seen.
    pub(crate) fn skip_exits(&mut self, count: u64) {
        self.exits += count;
    }

    /// The newer half of what is ready goes to the disk instead; it is the older part of what goes there.
    pub(crate) fn divert_newer_half(&mut self) {
        let half = self.ready.len() / 2;
        let is_whole = self.ready.iter().skip(half).all(Pending::is_in_memory);
        if is_whole && self.annex.is_empty() {
            self.annex = self.ready.split_off(half);
        }
    }

    /// Everything that is ready and lives in memory goes to the disk instead; what lives there already is let go.
    pub(crate) fn divert_all(&mut self) -> Vec<Pending> {
        let (memory, disk): (Vec<_>, Vec<_>) = self.ready.drain(..).partition(Pending::is_in_memory);
        self.put_back_for_disk(memory);
        disk
    }
}

fn insert(lane: &mut VecDeque<Pending>, pending: Pending) {
    let index = lane.partition_point(|other| other.rank < pending.rank);
    lane.insert(index, pending);
}

/// How many records from the front fit: the first one always does.
fn fitting(
    lane: &VecDeque<Pending>,
    max_records: usize,
    mut fits: impl FnMut(&Pending, &mut usize) -> bool,
) -> usize {
    let mut bytes = 0;
    lane.iter()
        .take(max_records)
        .enumerate()
        .take_while(|(index, pending)| fits(pending, &mut bytes) || *index == 0)
        .count()
}
