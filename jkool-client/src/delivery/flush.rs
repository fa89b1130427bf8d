//! Those who wait until everything before a moment is settled.

use std::sync::Arc;

use super::Delivery;
use super::flight::Flight;
use crate::completion::Completion;

/// Somebody waits until everything accepted before is settled.
#[derive(Debug)]
pub(super) struct Flush {
    /// Every record below this rank.
    below: u64,
    /// Before that, as many records must have left the way through the disk, of which nobody knows the rank.
    exits: Option<u64>,
    done: Arc<Completion<()>>,
}

impl Flush {
    /// So many records more are ahead of those on the way through the disk.
    #[cfg(feature = "spool")]
    pub(super) fn wait_for_more(&mut self, count: u64) {
        self.exits = self.exits.map(|exits| exits + count);
    }

    /// What it waits for may all be on the way through the disk by now.
    #[cfg(feature = "spool")]
    pub(super) fn wait_for_exits(&mut self, exits: u64) {
        self.exits = Some(exits);
    }
}

impl Delivery {
    /// Somebody waits for all that is here now.
    pub(super) fn begin_flush(&mut self, done: Arc<Completion<()>>) {
        // What earlier clients have left counts from the first moment, not from the first look at the disk.
        self.compare_books();
        let on_the_way = self.spool_lane_len();
        let lanes = self.backlog.lock();
        self.flushes.push(Flush {
            below: lanes.next_rank(),
            exits: (on_the_way > 0).then(|| lanes.exits() + on_the_way),
            done,
        });
    }

    /// Tells those who wait that all they wait for is settled; forgets those who no longer wait.
    pub(super) fn answer_flushes(&mut self) {
        if self.flushes.is_empty() {
            return;
        }
        let lanes = self.backlog.lock();
        let flying = self.flights.iter().filter_map(Flight::oldest_rank);
        let oldest = flying.chain(lanes.oldest().map(|oldest| oldest.rank)).min();
        self.flushes.retain_mut(|flush| {
            if flush.exits.is_some_and(|exits| exits <= lanes.exits()) {
                flush.exits = None;
                flush.below = lanes.next_rank();
            }
            let is_done = flush.exits.is_none() && oldest.is_none_or(|oldest| oldest >= flush.below);
            if is_done {
                flush.done.complete(());
            }
            !is_done && Arc::strong_count(&flush.done) > 1
        });
    }

    /// Nothing is left to wait for.
    pub(super) fn end_flushes(&mut self) {
        for flush in self.flushes.drain(..) {
            flush.done.complete(());
        }
    }
}
