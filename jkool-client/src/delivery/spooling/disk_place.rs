//! The place of a record on disk.

use std::sync::{Arc, Mutex, PoisonError};

use crate::ledger::Ledger;
use crate::spool::SpoolId;

/// The place of a record on disk, given up when the record is settled.
#[derive(Debug)]
pub(crate) struct DiskPlace {
    id: SpoolId,
    vacated: Arc<Vacated>,
}

/// Places that were given up; the spool has to be told.
#[derive(Debug, Default)]
pub(crate) struct Vacated {
    ids: Mutex<Vec<SpoolId>>,
}

impl DiskPlace {
    /// The place that the spool calls so.
    pub(crate) fn new(id: SpoolId, vacated: &Arc<Vacated>) -> Self {
        Self {
            id,
            vacated: Arc::clone(vacated),
        }
    }

    /// The record is settled.
    pub(crate) fn vacate(self, ledger: &Ledger) {
        ledger.unspooled.add_one();
        self.vacated.add(self.id);
    }
}

impl Vacated {
    /// One more place was given up.
    pub(crate) fn add(&self, id: SpoolId) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    }

    /// The places given up since the last call.
    pub(crate) fn take(&self) -> Vec<SpoolId> {
        std::mem::take(&mut *self.ids.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
