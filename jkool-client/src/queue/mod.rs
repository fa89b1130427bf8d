//! The queue between the threads that send and the worker: byte buffers behind plain mutexes, one shard for several
//! threads, swapped out whole.
//!
//! A caller appends the encoded entity to the buffer of its shard and a small header beside it: no allocation per
//! record, no wake-up per record. The worker looks at the shards on its own tick. Only when it is parked does the
//! next caller ring its bell; the flag lives under the mutex of the shard, so no wake-up can be missed.

mod budget;
mod entry;
mod pool;
mod room;
mod shard;
pub(crate) mod thread_slot;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::receipt_cell::ReceiptCell;
use crate::sync::Notify;
pub(crate) use budget::Place;
use budget::{Budget, Lease};
pub(crate) use entry::{ChannelId, Entry};
use pool::Pool;
pub(crate) use shard::Gate;
use shard::{Drained, Shard};

/// How many shards a queue without global order has at most.
const MAX_SHARDS: usize = 16;

/// A bounded queue of encoded entities. Order is kept per calling thread.
#[derive(Debug)]
pub(crate) struct Queue {
    shards: Box<[Shard]>,
    budget: Arc<Budget>,
    pool: Arc<Pool>,
    bell: Notify,
}

/// Why a record was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// The limit on events or on bytes is reached.
    Full,
    /// The queue was closed, by `close` or because the worker gave up.
    Shut(Gate),
}

/// A record taken out of the queue. It counts toward the limits until it is dropped.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) body: Bytes,
    pub(crate) entry: Entry,
    pub(crate) receipt: Option<Arc<ReceiptCell>>,
    pub(crate) place: Place,
}

/// The worker's end of a queue, with the buffers it swaps.
#[derive(Debug)]
pub(crate) struct QueueReader {
    queue: Arc<Queue>,
    drained: Drained,
}

impl Queue {
    /// An empty queue for so many events and bytes at most. With `is_ordered`, the order holds across threads.
    pub(crate) fn new(max_events: usize, max_bytes: usize, is_ordered: bool) -> Arc<Self> {
        let shards = if is_ordered {
            1
        } else {
            let threads = std::thread::available_parallelism().map_or(4, usize::from);
            (2 * threads).next_power_of_two().min(MAX_SHARDS)
        };
        Arc::new(Self {
            shards: (0..shards).map(|_| Shard::default()).collect(),
            budget: Arc::new(Budget::new(max_events, max_bytes, shards)),
            pool: Arc::default(),
            bell: Notify::new(),
        })
    }

    /// Appends one record. Never waits for anything but the mutex of a shard, which is held for the time of a copy.
    pub(crate) fn push(
        &self,
        body: &[u8],
        entry: Entry,
        receipt: Option<&Arc<ReceiptCell>>,
    ) -> Result<(), Rejected> {
        let is_wanted = self
            .my_shard()
            .lock()
            .push(&self.budget, &self.pool, body, entry, receipt)?;
        if is_wanted {
            self.ring();
        }
        Ok(())
    }

    /// The same, but sleeps until there is room, for so long at most.
    pub(crate) fn push_patiently(
        &self,
        patience: Duration,
        body: &[u8],
        entry: Entry,
        receipt: Option<&Arc<ReceiptCell>>,
    ) -> Result<(), Rejected> {
        let deadline = std::time::Instant::now() + patience.min(LONGEST_WAIT);
        let attempt = || match self.push(body, entry, receipt) {
            Err(Rejected::Full) => None,
            settled => Some(settled),
        };
        self.budget
            .room()
            .wait(deadline, attempt)
            .unwrap_or(Err(Rejected::Full))
    }

    /// Drops the oldest record that the worker has not taken yet: of the calling thread's shard if there is one, or of
    /// any other. Returns whether there was one, and its receipt.
    pub(crate) fn drop_oldest(&self) -> (bool, Option<Arc<ReceiptCell>>) {
        let others = self.shards.iter();
        for shard in std::iter::once(self.my_shard()).chain(others) {
            let dropped = shard.lock().drop_oldest(&self.budget, &self.pool);
            if dropped.0 {
                return dropped;
            }
        }
        (false, None)
    }

    /// Wakes the worker, whatever it waits for.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Waits until the bell rings. A ring is remembered.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Lets nobody in any more. Once this returns, no further record is accepted, whatever other threads do.
    pub(crate) fn shut(&self, gate: Gate) {
        for shard in &self.shards {
            shard.lock().shut(gate);
        }
        // Whoever waits for room waits in vain.
        self.budget.room().wake();
    }

    /// How many records were accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.shards.iter().map(|shard| shard.lock().accepted()).sum()
    }

    /// How many accepted records are not settled, as the limits count them.
    pub(crate) fn pending(&self) -> usize {
        let unspent: usize = self
            .shards
            .iter()
            .map(|shard| shard.lock().unspent_events())
            .sum();
        self.budget.events_taken().saturating_sub(unspent)
    }

    /// How many bytes accepted records take in memory, as the limit counts them: those of a buffer until the last record
    /// in it is settled.
    pub(crate) fn pending_bytes(&self) -> usize {
        let unspent: usize = self.shards.iter().map(|shard| shard.lock().unspent_bytes()).sum();
        self.budget.bytes_taken().saturating_sub(unspent)
    }

    /// Whether more than so many sixteenths of the events or bytes are taken.
    #[cfg(feature = "spool")]
    pub(crate) fn is_beyond(&self, sixteenths: usize) -> bool {
        self.budget.is_beyond(sixteenths)
    }

    /// The most bytes that can ever be in the queue: a larger record never fits.
    pub(crate) fn max_bytes(&self) -> usize {
        self.budget.max_bytes()
    }

    fn my_shard(&self) -> &Shard {
        let slot = thread_slot::current() & (self.shards.len() - 1);
        // The number of shards is a power of two, so the mask keeps the slot within bounds.
        &self.shards[slot]
    }
}

impl QueueReader {
    /// The worker's end of `queue`. There must be only one at a time.
    pub(crate) fn new(queue: Arc<Queue>) -> Self {
        Self {
            queue,
            drained: Drained::default(),
        }
    }

    /// The queue itself.
    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Takes everything out, in order for each thread, and hands it to `sink`. Returns whether there was anything.
    ///
    /// The age of a record counts from here; callers read no clock.
    pub(crate) fn drain(&mut self, now: Instant, mut sink: impl FnMut(Queued)) -> bool {
        let mut has_any = false;
        for shard in &self.queue.shards {
            shard
                .lock()
                .drain(&self.queue.budget, &self.queue.pool, &mut self.drained);
            has_any |= !self.drained.is_empty();
            self.drained.emit(
                &self.queue.pool,
                |bytes| Lease::new(&self.queue.budget, bytes, now),
                &mut sink,
            );
        }
        has_any
    }

    /// Asks the next caller to ring. Returns false, and asks nobody, if there is something to take out.
    pub(crate) fn park(&self) -> bool {
        let is_empty = self.queue.shards.iter().all(|shard| shard.lock().park());
        if !is_empty {
            for shard in &self.queue.shards {
                shard.lock().unpark();
            }
        }
        is_empty
    }
}

/// No caller waits longer for room: what is longer could not be added to the present time.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 86_400);

/// How often the worker looks at the shards while records keep coming.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// How long the worker keeps ticking without a new record before it parks. Sparse callers then seldom pay for a wake.
pub(crate) const LINGER: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests;
