//! The limits on queued events and bytes.

use std::sync::Arc;

use tokio::time::Instant;

use super::pool::SEGMENT_BYTES;
use super::room::Room;
use crate::sync::{AtomicUsize, Ordering};

/// Counts events and bytes against their limits.
///
/// Shards take from it in steps, so that a record does not touch memory shared by all threads. What a shard has taken
/// and not spent comes back at the worker's next look: until then up to 1/16 of a limit may be out of reach of the
/// other shards, never more, and the limits are never exceeded.
#[derive(Debug)]
pub(crate) struct Budget {
    events: Counter,
    bytes: Counter,
    room: Room,
}

/// What a shard has taken and not spent.
#[derive(Debug, Default)]
pub(crate) struct Credit {
    events: usize,
    bytes: usize,
}

/// The bytes of one buffer, and the time from which its records' age counts. They count until the last place in it
/// is given up.
#[derive(Debug)]
pub(crate) struct Lease {
    budget: Arc<Budget>,
    bytes: usize,
    since: Instant,
}

/// The place of one record in the queue, given up when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    lease: Arc<Lease>,
}

#[derive(Debug)]
struct Counter {
    taken: AtomicUsize,
    max: usize,
    step: usize,
    crowd: usize,
}

impl Budget {
    /// Limits shared by so many shards.
    pub(crate) fn new(max_events: usize, max_bytes: usize, shards: usize) -> Self {
        Self {
            events: Counter::new(max_events, shards, 256),
            bytes: Counter::new(max_bytes, shards, SEGMENT_BYTES),
            room: Room::default(),
        }
    }

    /// How many events are taken, spent or not.
    pub(crate) fn events_taken(&self) -> usize {
        self.events.taken()
    }

    /// Whether more than so many sixteenths of either limit are taken.
    #[cfg(feature = "spool")]
    pub(crate) fn is_beyond(&self, sixteenths: usize) -> bool {
        [&self.events, &self.bytes].into_iter().any(|counter| {
            let limit = u128::from(counter.max as u64) * u128::from(sixteenths as u64);
            u128::from(counter.taken() as u64) * 16 > limit
        })
    }

    /// Where callers wait for room.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// How many bytes are taken, spent or not.
    pub(crate) fn bytes_taken(&self) -> usize {
        self.bytes.taken()
    }

    /// The limit on bytes.
    pub(crate) fn max_bytes(&self) -> usize {
        self.bytes.max
    }

    /// How many events may gather in one shard before the worker had better look, without waiting for its tick.
    #[inline]
    pub(crate) fn crowd_events(&self) -> usize {
        self.events.crowd
    }

    /// The same for full buffers.
    #[inline]
    pub(crate) fn crowd_segments(&self) -> usize {
        self.bytes.crowd / SEGMENT_BYTES
    }

    fn give_back(&self, events: usize, bytes: usize) {
        self.events.give_back(events);
        self.bytes.give_back(bytes);
        // To wake for every single place would cost a system call for each, on both sides.
        if self.room.is_wanted() && self.events.is_roomy() && self.bytes.is_roomy() {
            self.room.wake();
        }
    }
}

impl Credit {
    /// Spends one event and so many bytes, after taking more from the budget if need be. Spends nothing and returns
    /// false if a limit does not allow it.
    #[inline]
    pub(crate) fn spend(&mut self, budget: &Budget, bytes: usize) -> bool {
        if self.events == 0 {
            self.events += budget.events.take(1);
        }
        if self.bytes < bytes {
            self.bytes += budget.bytes.take(bytes - self.bytes);
        }
        let is_covered = self.events > 0 && self.bytes >= bytes;
        if is_covered {
            self.events -= 1;
            self.bytes -= bytes;
        }
        is_covered
    }

    /// Gives back what was not spent.
    pub(crate) fn give_back(&mut self, budget: &Budget) {
        budget.give_back(std::mem::take(&mut self.events), std::mem::take(&mut self.bytes));
    }

    /// Takes back what was spent.
    pub(crate) fn refund(&mut self, events: usize, bytes: usize) {
        self.events += events;
        self.bytes += bytes;
    }

    /// How many events were taken and not spent.
    pub(crate) fn events(&self) -> usize {
        self.events
    }

    /// The same for bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Lease {
    /// Answers for so many bytes already taken from the budget.
    pub(crate) fn new(budget: &Arc<Budget>, bytes: usize, since: Instant) -> Arc<Self> {
        Arc::new(Self {
            budget: Arc::clone(budget),
            bytes,
            since,
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.budget.give_back(0, self.bytes);
    }
}

impl Place {
    /// The place of one event already taken from the budget.
    pub(crate) fn new(lease: &Arc<Lease>) -> Self {
        Self {
            lease: Arc::clone(lease),
        }
    }

    /// When the worker took the record over.
    pub(crate) fn since(&self) -> Instant {
        self.lease.since
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lease.budget.give_back(1, 0);
    }
}

impl Counter {
    fn new(max: usize, shards: usize, max_step: usize) -> Self {
        Self {
            taken: AtomicUsize::new(0),
            max,
            step: (max / (16 * shards)).clamp(1, max_step),
            crowd: max / (4 * shards),
        }
    }

    /// Takes at least `wanted`, and a whole step if that is more and there is as much; nothing if there is less than
    /// `wanted`.
    #[cold]
    fn take(&self, wanted: usize) -> usize {
        let mut taken = self.taken();
        loop {
            let free = self.max.saturating_sub(taken);
            if free < wanted {
                return 0;
            }
            let more = self.step.max(wanted).min(free);
            match self
                .taken
                .compare_exchange_weak(taken, taken + more, Ordering::SeqCst, Ordering::SeqCst)
            {
                Ok(_) => return more,
                Err(now) => taken = now,
            }
        }
    }

    /// Sequentially consistent, as all of it: see [`Room`].
    fn give_back(&self, count: usize) {
        if count > 0 {
            self.taken.fetch_sub(count, Ordering::SeqCst);
        }
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// Whether a sixteenth of it is free.
    fn is_roomy(&self) -> bool {
        self.max.saturating_sub(self.taken()) >= (self.max / 16).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_in_steps_and_to_the_last_one() {
        let budget = Budget::new(100, 1000, 1);
        let mut credit = Credit::default();
        assert!((0..100).all(|_| credit.spend(&budget, 10)));
        assert!(!credit.spend(&budget, 10) && !credit.spend(&budget, 0));
        assert_eq!((budget.events_taken(), budget.bytes_taken()), (100, 1000));
    }

    #[test]
    fn what_is_not_spent_comes_back() {
        let budget = Budget::new(1600, 16_000, 2);
        let mut credit = Credit::default();
        assert!(credit.spend(&budget, 7));
        assert_eq!((budget.events_taken(), budget.bytes_taken()), (50, 500));
        credit.give_back(&budget);
        assert_eq!((budget.events_taken(), budget.bytes_taken()), (1, 7));
    }

    #[test]
    fn a_record_that_fits_exactly_fits() {
        let budget = Budget::new(10, 100, 1);
        let mut credit = Credit::default();
        assert!(credit.spend(&budget, 1) && credit.spend(&budget, 99));
        assert!(!credit.spend(&budget, 1));
    }

    #[tokio::test]
    async fn bytes_count_until_the_last_record_of_a_buffer_is_gone() {
        let budget = Arc::new(Budget::new(10, 100, 1));
        let mut credit = Credit::default();
        assert!(credit.spend(&budget, 60) && credit.spend(&budget, 30));
        credit.give_back(&budget);
        let lease = Lease::new(&budget, 90, Instant::now());
        let (first, second) = (Place::new(&lease), Place::new(&lease));
        drop(lease);
        drop(first);
        assert_eq!((budget.events_taken(), budget.bytes_taken()), (1, 90));
        drop(second);
        assert_eq!((budget.events_taken(), budget.bytes_taken()), (0, 0));
    }
}
