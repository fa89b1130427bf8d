//! The records that wait for their turn, oldest first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jkool_transport::{Limits, Refusal, TransportError};
use tokio::time::Instant;

use crate::ledger::Ledger;
use crate::queue::{Entry, Place, Queued};
use crate::receipt::ReceiptCell;
use crate::{DropReason, Fate};

/// A record that is not settled. It cannot get lost: one that is dropped unsettled counts as disabled.
#[derive(Debug)]
pub(crate) struct Pending {
    /// Its rank in the order of acceptance.
    pub(crate) rank: u64,
    pub(crate) body: Bytes,
    pub(crate) entry: Entry,
    since: Instant,
    open: Option<Open>,
}

/// What has to be closed when the record is settled.
#[derive(Debug)]
struct Open {
    ledger: Arc<Ledger>,
    receipt: Option<Arc<ReceiptCell>>,
    _place: Place,
}

/// The records that wait for their turn, oldest first. The worker's, but for callers that drop the oldest to make
/// room: hence the lock, which is held for moments, and never while anybody is told of a fate.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    lanes: Mutex<Lanes>,
}

/// What is under the lock.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    ready: VecDeque<Pending>,
    next_rank: u64,
}

impl Pending {
    /// Whether it is older than the time-out allows.
    pub(crate) fn is_expired(&self, now: Instant, timeout: Option<Duration>) -> bool {
        self.expires(timeout).is_some_and(|at| at <= now)
    }

    /// When it is given up.
    pub(crate) fn expires(&self, timeout: Option<Duration>) -> Option<Instant> {
        timeout.and_then(|timeout| self.since.checked_add(timeout))
    }

    /// The far end has confirmed it.
    pub(crate) fn deliver(self) {
        self.settle(|ledger| ledger.delivered.add_one(), || Fate::Delivered);
    }

    /// It was handed over; nobody will confirm it.
    pub(crate) fn hand_over(self) {
        self.settle(|ledger| ledger.handed.add_one(), || Fate::Handed);
    }

    /// It is given up.
    pub(crate) fn give_up(self, reason: DropReason, trouble: Option<&TransportError>) {
        self.settle(
            |ledger| ledger.dropped(reason).add_one(),
            || Fate::dropped(reason, trouble.cloned()),
        );
    }

    /// It will never be taken.
    pub(crate) fn refuse(self, refusal: &Refusal) {
        self.settle(
            |ledger| ledger.dropped(DropReason::Refused).add_one(),
            || Fate::refused(refusal.clone()),
        );
    }

    fn settle(mut self, count: impl FnOnce(&Ledger), fate: impl FnOnce() -> Fate) {
        if let Some(open) = self.open.take() {
            open.settle(count, fate);
        }
    }
}

impl Open {
    fn settle(self, count: impl FnOnce(&Ledger), fate: impl FnOnce() -> Fate) {
        let Self {
            ledger,
            receipt,
            _place: place,
        } = self;
        count(&ledger);
        // Whoever sees the fate must find the numbers in order.
        drop(place);
        if let Some(receipt) = receipt {
            receipt.complete(fate());
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            open.settle(
                |ledger| ledger.dropped(DropReason::Disabled).add_one(),
                || Fate::dropped(DropReason::Disabled, None),
            );
        }
    }
}

impl Backlog {
    /// The lanes, for several steps. Shards of the queue may be locked meanwhile, but not the other way round.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    /// Adds a new record at the end.
    pub(crate) fn push(&mut self, queued: Queued, ledger: &Arc<Ledger>) {
        let since = queued.place.since();
        self.ready.push_back(Pending {
            rank: self.next_rank,
            body: queued.body,
            entry: queued.entry,
            since,
            open: Some(Open {
                ledger: Arc::clone(ledger),
                receipt: queued.receipt,
                _place: queued.place,
            }),
        });
        self.next_rank += 1;
    }

    /// Puts a record back where it belongs, which is near the front.
    pub(crate) fn put_back(&mut self, pending: Pending) {
        let index = self.ready.partition_point(|other| other.rank < pending.rank);
        self.ready.insert(index, pending);
    }

    /// The oldest record.
    pub(crate) fn oldest(&self) -> Option<&Pending> {
        self.ready.front()
    }

    /// Takes the oldest record.
    pub(crate) fn take_oldest(&mut self) -> Option<Pending> {
        self.ready.pop_front()
    }

    /// Takes the oldest record, if it is like this.
    pub(crate) fn take_oldest_if(&mut self, is_like: impl FnOnce(&Pending) -> bool) -> Option<Pending> {
        self.oldest().is_some_and(is_like).then(|| self.take_oldest())?
    }

    /// Takes the oldest records, as many as fit into one batch.
    pub(crate) fn take_batch(&mut self, limits: &Limits) -> Vec<Pending> {
        let mut bytes = 0_usize;
        let count = self
            .ready
            .iter()
            .take(limits.max_batch_records)
            .take_while(|pending| {
                let is_first = bytes == 0;
                bytes = bytes.saturating_add(pending.body.len().max(1));
                is_first || bytes <= limits.max_batch_bytes
            })
            .count();
        self.ready.drain(..count).collect()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// The rank that the next new record will have.
    pub(crate) fn next_rank(&self) -> u64 {
        self.next_rank
    }
}
