//! The receipts of records on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::receipt_cell::ReceiptCell;
use crate::spool::SpoolId;
use crate::{DropReason, Fate};

/// The receipts of records on disk that somebody still holds, by the place of the record.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    receipts: BTreeMap<SpoolId, Arc<ReceiptCell>>,
    /// At so many receipts, those that nobody holds any more are looked for.
    prune_at: usize,
}

impl Tracked {
    /// A tracked record was stored.
    pub(super) fn insert(&mut self, id: SpoolId, receipt: Arc<ReceiptCell>) {
        self.receipts.insert(id, receipt);
        if self.receipts.len() > self.prune_at {
            self.receipts.retain(|_, receipt| Arc::strong_count(receipt) > 1);
            self.prune_at = (2 * self.receipts.len()).max(1_024);
        }
    }

    /// The record comes back from the disk.
    pub(super) fn remove(&mut self, id: SpoolId) -> Option<Arc<ReceiptCell>> {
        self.receipts.remove(&id)
    }

    /// Reading has come so far: what lies before it and did not come was damaged.
    pub(super) fn lose_before(&mut self, id: SpoolId) {
        let rest = self.receipts.split_off(&id);
        let lost = std::mem::replace(&mut self.receipts, rest);
        complete(lost, || Fate::dropped(DropReason::Damaged, None));
    }

    /// Nothing is on disk any more.
    pub(super) fn lose_all(&mut self) {
        complete(std::mem::take(&mut self.receipts), || {
            Fate::dropped(DropReason::Damaged, None)
        });
    }

    /// The client is closed, and the records stay on disk.
    pub(super) fn leave_all(&mut self) {
        complete(std::mem::take(&mut self.receipts), || Fate::Stored);
    }
}

fn complete(receipts: BTreeMap<SpoolId, Arc<ReceiptCell>>, fate: impl Fn() -> Fate) {
    for receipt in receipts.into_values() {
        receipt.complete(fate());
    }
}
