//! A record that is not settled.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jkool_transport::{Refusal, TransportError};
use tokio::time::Instant;

#[cfg(feature = "spool")]
use super::spooling::DiskPlace;
use crate::ledger::Ledger;
use crate::queue::{Entry, Place, Queued};
use crate::receipt_cell::ReceiptCell;
use crate::{DropReason, Fate};

/// A record that is not settled. It cannot get lost: one in memory that is dropped unsettled counts as disabled, one on
/// disk stays there.
#[derive(Debug)]
pub(crate) struct Pending {
    /// Its rank in the order of delivery.
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
    home: Home,
}

/// Where the record lives.
#[derive(Debug)]
enum Home {
    /// In memory: its place in the queue, which is given up with it.
    Memory(Place),
    /// On disk; what is in memory is a copy.
    #[cfg(feature = "spool")]
    Disk(DiskPlace),
}

impl Pending {
    /// A record out of the queue.
    pub(crate) fn queued(queued: Queued, rank: u64, ledger: &Arc<Ledger>) -> Self {
        Self {
            rank,
            body: queued.body,
            entry: queued.entry,
            since: queued.place.since(),
            open: Some(Open {
                ledger: Arc::clone(ledger),
                receipt: queued.receipt,
                home: Home::Memory(queued.place),
            }),
        }
    }

    /// A record out of the spool. Its age counts from now: how long it was stored, nobody knows.
    #[cfg(feature = "spool")]
    pub(crate) fn spooled(
        (body, entry): (Bytes, Entry),
        rank: u64,
        now: Instant,
        place: DiskPlace,
        receipt: Option<Arc<ReceiptCell>>,
        ledger: &Arc<Ledger>,
    ) -> Self {
        Self {
            rank,
            body,
            entry,
            since: now,
            open: Some(Open {
                ledger: Arc::clone(ledger),
                receipt,
                home: Home::Disk(place),
            }),
        }
    }

    /// Whether it lives in memory, and takes a place in the queue.
    pub(crate) fn is_in_memory(&self) -> bool {
        match &self.open {
            Some(Open {
                home: Home::Memory(_),
                ..
            }) => true,
            #[cfg(feature = "spool")]
            Some(_) => false,
            None => false,
        }
    }

    /// When the worker took it over, out of the queue or from disk.
    pub(crate) fn since(&self) -> Instant {
        self.since
    }

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

    /// The client ends: a record in memory is given up, one on disk stays there.
    pub(crate) fn end(self, reason: DropReason, trouble: Option<&TransportError>) {
        if self.is_in_memory() {
            self.give_up(reason, trouble);
        }
    }

    /// It will never be taken.
    pub(crate) fn refuse(self, refusal: &Refusal) {
        self.settle(
            |ledger| ledger.dropped(DropReason::Refused).add_one(),
            || Fate::refused(refusal.clone()),
        );
    }

    /// It is on disk, and leaves memory. Gives back the receipt of whoever still waits for its fate.
    #[cfg(feature = "spool")]
    pub(crate) fn store(mut self) -> Option<Arc<ReceiptCell>> {
        let Open {
            ledger,
            receipt,
            home,
        } = self.open.take()?;
        ledger.spooled.add_one();
        drop(home);
        let receipt = receipt?;
        receipt.store();
        (Arc::strong_count(&receipt) > 1).then_some(receipt)
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
            home,
        } = self;
        count(&ledger);
        // Whoever sees the fate must find the numbers in order.
        match home {
            Home::Memory(place) => drop(place),
            #[cfg(feature = "spool")]
            Home::Disk(place) => place.vacate(&ledger),
        }
        if let Some(receipt) = receipt {
            receipt.complete(fate());
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        #[cfg(feature = "spool")]
        if let Home::Disk(_) = &open.home {
            if let Some(receipt) = open.receipt {
                receipt.complete(Fate::Stored);
            }
            return;
        }
        open.settle(
            |ledger| ledger.dropped(DropReason::Disabled).add_one(),
            || Fate::dropped(DropReason::Disabled, None),
        );
    }
}
