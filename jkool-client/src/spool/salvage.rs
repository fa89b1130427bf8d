//! Reading what can still be read of a file that was set aside.
//!
//! The file itself is not touched: redb works on an overlay of it, and never commits there, so its damaged books are
//! not used for anything but reading. Each record is checked by its own checksum as always.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::failure::{Failure, contain};
use super::gate::GateKeeper;
use super::overlay::Overlay;
use super::store::{Check, Found, Store};

/// What came of the files that were set aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Salvage {
    /// How many there were.
    pub(crate) files: u64,
    /// The last of them.
    pub(crate) last_file: Option<PathBuf>,
    /// Sound records that were copied into a new file.
    pub(crate) records: u64,
    /// Records that were there and not what had been written.
    pub(crate) damaged: u64,
}

/// A damaged file, open for reading.
#[derive(Debug)]
pub(crate) struct Wreck {
    store: Option<Store>,
    next_seq: u64,
}

impl Wreck {
    /// Opens the file at `path`, if that can still be done.
    pub(crate) fn open(disk: &dyn Disk, path: &Path) -> Result<Self, Failure> {
        let store = contain(|| {
            let backend = disk
                .open_aside(path)
                .and_then(Overlay::new)
                .map_err(redb::Error::Io)?;
            Store::open(Box::new(backend), GateKeeper::new(u64::MAX), Check::None)
        })?;
        Ok(Self {
            store: Some(store),
            next_seq: 0,
        })
    }

    /// The next records that can be read; `None` at the end, or where reading ends for good.
    pub(crate) fn next_batch(&mut self) -> Option<Found> {
        let store = self.store.as_ref()?;
        let found = contain(|| store.read_from(self.next_seq, BATCH_RECORDS, BATCH_BYTES)).ok()?;
        let is_end = found.records.is_empty() && found.damaged.is_empty();
        self.next_seq = found.next_seq;
        (!is_end).then_some(found)
    }
}

impl Drop for Wreck {
    fn drop(&mut self) {
        if let Some(store) = self.store.take() {
            let _ = contain(|| {
                store.abandon();
                Ok(())
            });
        }
    }
}

/// Little enough to lose little when a batch meets damage that ends the reading.
const BATCH_RECORDS: usize = 16;
const BATCH_BYTES: usize = 1024 * 1024;
