//! Who knows which records were promised, and judges what comes back.

use std::collections::BTreeSet;

use crate::spool::record::{SpoolRecord, Spooled};

/// The claims and the findings of one trial.
#[derive(Clone, Debug, Default)]
pub(super) struct Oracle {
    next: u64,
    stored: BTreeSet<u64>,
    seen: BTreeSet<u64>,
    removed: BTreeSet<u64>,
    last: Option<u64>,
    duplicates: u64,
}

impl Oracle {
    /// Records nobody has seen yet.
    pub(super) fn fresh(&mut self, count: u64) -> Vec<SpoolRecord> {
        let first = self.next;
        self.next += count;
        (first..self.next).map(record).collect()
    }

    /// How many records were made so far.
    pub(super) fn offered(&self) -> u64 {
        self.next
    }

    /// These records were said to be stored: from now on none of them may be missing.
    pub(super) fn stored(&mut self, records: &[SpoolRecord]) {
        self.stored.extend(records.iter().map(number));
    }

    /// These came back. Panics if one was altered, never given, or out of order.
    pub(super) fn seen(&mut self, spooled: &[Spooled]) {
        for spooled in spooled {
            let number = number(&spooled.record);
            assert!(number < self.next, "record {number} was never appended");
            let last = self.last.replace(number);
            assert!(
                last.is_none_or(|last| last < number),
                "record {number} came after {last:?}"
            );
            if !self.seen.insert(number) {
                self.duplicates += 1;
            }
        }
    }

    /// This one was delivered: it may come again after a crash, but need not.
    pub(super) fn removed(&mut self, spooled: &Spooled) {
        self.removed.insert(number(&spooled.record));
    }

    /// Whoever held records has lost them: all that were not removed have to come again, from the front.
    pub(super) fn lost_hold(&mut self) {
        self.seen.clone_from(&self.removed);
        self.last = None;
    }

    /// Stored and never seen.
    pub(super) fn missing(&self) -> Vec<u64> {
        self.stored.difference(&self.seen).copied().collect()
    }

    pub(super) fn stored_len(&self) -> usize {
        self.stored.len()
    }

    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

/// The record of this number; all of it follows from the number.
pub(super) fn record(number: u64) -> SpoolRecord {
    let mut body = number.to_le_bytes().to_vec();
    body.extend((0..number % 701).map(|place| (number.wrapping_mul(31) ^ place) as u8));
    let channel = ["orders", "bills", ""][(number % 3) as usize];
    SpoolRecord::new((number % 5) as u8, channel, body)
}

/// The number of a record. Panics if it is not as it was made.
pub(super) fn number(found: &SpoolRecord) -> u64 {
    let number = u64::from_le_bytes(found.body[..8].try_into().unwrap());
    assert!(*found == record(number), "record {number} was altered");
    number
}
