//! A store whose failures and panics stay inside.
//!
//! After any error redb's handle is useless (`PreviousIo`), so it is given up: the gate below it is shut, which
//! leaves the file as a crash would, and the handle dropped. It is opened again when the time has come. A file that
//! is damaged twice in a row, at the same step, is set aside and a new one begun.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::disk::Disk;
use super::error::SpoolError;
use super::failure::{APPEND, Failing, Failure, Failures, LOOK_UP, OPEN, READ, REMOVE, Trouble, contain};
use super::gate::{GateKeeper, Refusal};
use super::options::SpoolOptions;
use super::record::SpoolRecord;
use super::retry::Retry;
use super::salvage::{Salvage, Wreck};
use super::store::{Check, Found, Store, StoreError};

/// A store that can fail, but not hurt.
#[derive(Debug)]
pub(crate) struct Contained {
    disk: Box<dyn Disk>,
    store: Option<Store>,
    max_file_bytes: u64,
    retry: Retry,
    failures: Failures,
    /// What met damage since it last worked.
    strikes: BTreeSet<&'static str>,
    generation: u32,
    openings: u64,
    /// Whether the file was made or checked in this life.
    trusted: bool,
    /// No key below it is given out again while the file is the same.
    floor_seq: u64,
    /// What was in the file when it was last seen.
    last_len: u64,
    salvage: Salvage,
}

impl Contained {
    /// Nothing is opened yet.
    pub(crate) fn new(disk: Box<dyn Disk>, options: &SpoolOptions) -> Self {
        Self {
            disk,
            store: None,
            max_file_bytes: options.max_file_bytes,
            retry: Retry::new(options.first_retry, options.last_retry),
            failures: Failures::default(),
            strikes: BTreeSet::new(),
            generation: 0,
            openings: 0,
            trusted: false,
            salvage: Salvage::default(),
            floor_seq: 0,
            last_len: 0,
        }
    }

    /// Opens the store, unless it is open or it is too early after a failure.
    pub(crate) fn open(&mut self, now: Instant) -> Result<(), Trouble> {
        // A damaged file is tried twice, then set aside, then begun anew: three attempts settle it either way.
        for _ in 0..3 {
            if self.store.is_some() {
                return Ok(());
            }
            if !self.retry.is_due(now) {
                return Err(Trouble::Down);
            }
            let is_new = !self.disk.has_data();
            // What an earlier life left is checked once, page by page: redb trusts its files, and damage in its own
            // books does not only make it panic, it can make it panic while it unwinds, which nothing can contain.
            let check = if is_new || self.trusted {
                Check::None
            } else {
                Check::All
            };
            let (opened, keeper) = self.try_open(check);
            match opened {
                Ok(mut store) => {
                    store.skip_to(self.floor_seq);
                    self.last_len = store.len();
                    self.store = Some(store);
                    self.openings += 1;
                    self.trusted = true;
                    self.succeeded(OPEN);
                }
                Err(failure) => {
                    keeper.shut();
                    if is_new {
                        // Half a new file is no file, and nothing was ever in it. If it cannot be deleted, it is set
                        // aside in the end.
                        let _ = self.disk.delete();
                    }
                    let trouble = self.failed(now, OPEN, failure, &keeper);
                    if trouble == Trouble::Full {
                        // No room even to open: not something to try in a loop.
                        self.retry.failed(now);
                        return Err(trouble);
                    }
                }
            }
        }
        self.store.as_ref().map(|_| ()).ok_or(Trouble::Down)
    }

    /// As [`Store::write`]. Without new records the file may grow past its limit: taking out must always be possible.
    pub(crate) fn write(
        &mut self,
        now: Instant,
        records: &[SpoolRecord],
        removed: &[u64],
    ) -> Result<Range<u64>, Trouble> {
        let (action, ceiling) = match records {
            [] => (REMOVE, u64::MAX),
            _ => (APPEND, self.max_file_bytes),
        };
        self.call(now, action, |store| {
            store.keeper().set_ceiling(ceiling);
            store.write(records, removed)
        })
    }

    /// As [`Store::read_from`].
    pub(crate) fn read_from(
        &mut self,
        now: Instant,
        from: u64,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Found, Trouble> {
        self.call(now, READ, |store| store.read_from(from, max_records, max_bytes))
    }

    /// Which of `seqs` are in the file.
    pub(crate) fn existing(&mut self, now: Instant, seqs: &BTreeSet<u64>) -> Result<BTreeSet<u64>, Trouble> {
        self.call(now, LOOK_UP, |store| store.existing(seqs))
    }

    /// Deletes the file, whatever is in it; a new one is begun by the next opening. Says whether it worked.
    pub(crate) fn retire(&mut self, now: Instant) -> bool {
        self.give_up();
        if let Err(source) = self.disk.delete() {
            let error = SpoolError::io("delete", self.disk.path(), source);
            self.failures.begin(now, error);
            return false;
        }
        self.begin_anew();
        true
    }

    /// Puts the file aside as damaged; a new one is begun by the next opening.
    pub(crate) fn set_aside(&mut self, now: Instant) {
        self.give_up();
        match self.disk.set_aside() {
            Ok(path) => {
                self.begin_anew();
                self.salvage(now, &path);
                self.salvage.files += 1;
                self.salvage.last_file = Some(path);
            }
            Err(source) => {
                let error = SpoolError::io("set aside", self.disk.path(), source);
                self.failures.begin(now, error);
                self.retry.failed(now);
            }
        }
    }

    /// Copies what can still be read of a file that was set aside into a new one.
    fn salvage(&mut self, now: Instant, path: &Path) {
        let Ok(mut wreck) = Wreck::open(&*self.disk, path) else {
            return; // Nothing of it can be read.
        };
        while let Some(found) = wreck.next_batch() {
            self.salvage.damaged += found.damaged.len() as u64;
            let records: Vec<SpoolRecord> = found.records.into_iter().map(|(_, record)| record).collect();
            if !records.is_empty() {
                if self.open(now).is_err() || self.write(now, &records, &[]).is_err() {
                    return; // They are still in the file that was set aside.
                }
                self.salvage.records += records.len() as u64;
            }
        }
    }

    /// Moves to records a dead process left, if there are any. The caller makes sure that this store is empty.
    pub(crate) fn adopt(&mut self, now: Instant) -> bool {
        match self.disk.leavings() {
            Ok(Some(disk)) => {
                // In this order: the old place is closed before its lock is let go. What cannot be deleted there is
                // an empty file, for the next one to take over.
                if !self.is_open() || !self.retire(now) {
                    self.close();
                }
                self.disk = disk;
                self.begin_anew();
                true
            }
            Ok(None) => false,
            Err(source) => {
                let error = SpoolError::io("look for leavings beside", self.disk.path(), source);
                self.failures.begin(now, error);
                false
            }
        }
    }

    /// Closes in good order. A failure changes nothing for what is stored, only the next opening takes longer.
    pub(crate) fn close(&mut self) {
        if let Some(store) = self.store.take() {
            let keeper = Arc::clone(store.keeper());
            let closed = contain(|| store.close());
            keeper.shut();
            drop(closed);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.store.is_some()
    }

    /// Whether there is something on disk that was not looked at.
    pub(crate) fn has_leavings(&self) -> bool {
        self.store.is_none() && self.disk.has_data()
    }

    /// Counts the files of this life: an id of another generation means nothing.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// How often a file was opened: when it changed, what failed before must be looked up again.
    pub(crate) fn openings(&self) -> u64 {
        self.openings
    }

    /// How many records are in the file, or were when it could last be read.
    pub(crate) fn len(&self) -> u64 {
        self.store.as_ref().map_or(self.last_len, Store::len)
    }

    /// How large the file is, in bytes; 0 while it is closed.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.store.as_ref().map_or(0, Store::file_bytes)
    }

    /// The key the next record gets.
    pub(crate) fn next_seq(&self) -> u64 {
        self.store.as_ref().map_or(self.floor_seq, Store::next_seq)
    }

    pub(crate) fn failing(&self) -> Option<&Failing> {
        self.failures.present()
    }

    /// How the disk failed so far.
    pub(crate) fn failures(&self) -> &Failures {
        &self.failures
    }

    /// When the store can be tried again, if it is down.
    pub(crate) fn retry_at(&self) -> Option<Instant> {
        self.retry.at().filter(|_| self.store.is_none())
    }

    /// What came of the files that were set aside.
    pub(crate) fn salvaged(&self) -> &Salvage {
        &self.salvage
    }

    fn call<T>(
        &mut self,
        now: Instant,
        action: &'static str,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, Trouble> {
        let Some(store) = self.store.as_mut() else {
            return Err(Trouble::Down);
        };
        let keeper = Arc::clone(store.keeper());
        match contain(|| work(store)) {
            Ok(done) => {
                let (next_seq, len) = (store.next_seq(), store.len());
                self.floor_seq = self.floor_seq.max(next_seq);
                self.last_len = len;
                self.succeeded(action);
                Ok(done)
            }
            Err(failure) => {
                self.give_up();
                Err(self.failed(now, action, failure, &keeper))
            }
        }
    }

    fn try_open(&self, check: Check) -> (Result<Store, Failure>, Arc<GateKeeper>) {
        let keeper = GateKeeper::new(self.max_file_bytes);
        let opened = contain(|| {
            let backend = self.disk.open().map_err(redb::Error::Io)?;
            Store::open(backend, Arc::clone(&keeper), check)
        });
        (opened, keeper)
    }

    /// Drops the handle without letting it touch the file any more.
    fn give_up(&mut self) {
        if let Some(store) = self.store.take() {
            // What it says is of no interest, and a panic would be one more of the same failure.
            let _ = contain(|| {
                store.abandon();
                Ok(())
            });
        }
    }

    fn begin_anew(&mut self) {
        self.generation += 1;
        self.floor_seq = 0;
        self.last_len = 0;
        self.trusted = false;
        self.strikes.clear();
        self.failures.end();
        self.retry.succeeded();
    }

    fn succeeded(&mut self, action: &'static str) {
        self.strikes.remove(action);
        // The waits only start over when work was done.
        if action == OPEN {
            self.failures.opened();
        } else {
            self.failures.end();
            self.retry.succeeded();
        }
    }

    fn failed(
        &mut self,
        now: Instant,
        action: &'static str,
        failure: Failure,
        keeper: &GateKeeper,
    ) -> Trouble {
        let path = self.disk.path().to_owned();
        // What redb makes of a disk that fails, panics and cries of corruption included, says nothing of the file.
        let refusal = keeper.first_refusal().or(match &failure {
            Failure::Store(StoreError::Full(_)) => Some(Refusal::Full),
            Failure::Store(StoreError::Failed(_)) => Some(Refusal::Failed),
            Failure::Store(StoreError::Damaged(_)) | Failure::Panicked(_) => None,
        });
        let error = match failure {
            Failure::Panicked(message) => SpoolError::Panicked {
                action,
                path,
                message,
            },
            Failure::Store(StoreError::Damaged(source)) => SpoolError::Damaged {
                action,
                path,
                source: Box::new(source),
            },
            Failure::Store(StoreError::Full(source)) => SpoolError::Full {
                action,
                path,
                source: Box::new(source),
            },
            Failure::Store(StoreError::Failed(source)) => SpoolError::Storage {
                action,
                path,
                source: Box::new(source),
            },
        };
        if refusal == Some(Refusal::Full) && ![READ, LOOK_UP].contains(&action) {
            self.failures.note(error);
            return Trouble::Full;
        }
        self.failures.begin(now, error);
        if refusal.is_some() {
            self.retry.failed(now);
        } else if !self.strikes.insert(action) {
            self.set_aside(now);
        }
        Trouble::Down
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        self.close();
    }
}
