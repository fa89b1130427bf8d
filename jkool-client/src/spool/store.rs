//! Records in one redb file, synchronous: every write is one durable transaction.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};
use std::sync::Arc;

use bytes::Bytes;
use redb::{
    Builder, Database, Durability, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition,
};
use redb::{StorageBackend, TableError};

use super::envelope;
use super::gate::{Gate, GateKeeper, Refusal};
use super::record::SpoolRecord;

/// The records, by the order they were appended in. The type of the value never changes; its first bytes say how to
/// read it.
const RECORDS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("records");

/// redb's page cache. Its default, 1 GiB, is made for databases; a queue reads and writes at its two ends.
const CACHE_BYTES: usize = 8 * 1024 * 1024;

/// A spool file that is open.
#[derive(Debug)]
pub(crate) struct Store {
    db: Database,
    keeper: Arc<GateKeeper>,
    next_seq: u64,
    records: u64,
}

/// What one look into the file found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Sound records with their keys, in order.
    pub(crate) records: Vec<(u64, SpoolRecord)>,
    /// Keys of records that are not what was written.
    pub(crate) damaged: Vec<u64>,
    /// Where the next look should begin.
    pub(crate) next_seq: u64,
    /// Whether nothing comes after `next_seq` at present.
    pub(crate) at_end: bool,
}

/// What of a file is checked when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Nothing: records are checked one by one as they are read.
    None,
    /// The checksums of all pages.
    All,
}

/// A failure below the spool, sorted by what can be done about it.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// No room: the limit or the disk.
    Full(redb::Error),
    /// The file is not what it was, or never was a spool.
    Damaged(redb::Error),
    /// Anything else: a failed disk, which may heal.
    Failed(redb::Error),
}

impl Store {
    /// Opens the file `backend` behind a gate with this keeper; an empty file becomes an empty store.
    pub(crate) fn open(
        backend: Box<dyn StorageBackend>,
        keeper: Arc<GateKeeper>,
        check: Check,
    ) -> Result<Self, StoreError> {
        let gate = Gate::new(backend, Arc::clone(&keeper)).map_err(redb::Error::Io)?;
        let db = Builder::new()
            .set_cache_size(CACHE_BYTES)
            .set_check_integrity_on_open(check == Check::All)
            .create_with_backend(gate)?;
        let (next_seq, records) = extent(&db)?;
        Ok(Self {
            db,
            keeper,
            next_seq,
            records,
        })
    }

    /// Appends `records` and takes the records with the keys `removed` out, in one durable transaction: when this
    /// returns the keys of the new records, all of it survives power loss; when it fails, the store must be opened
    /// again to learn what happened. Unknown keys are ignored.
    pub(crate) fn write(
        &mut self,
        records: &[SpoolRecord],
        removed: &[u64],
    ) -> Result<Range<u64>, StoreError> {
        let first = self.next_seq;
        let mut next = first;
        let mut txn = self.db.begin_write()?;
        txn.set_durability(Durability::Immediate)?;
        // The allocator's state goes into each commit, so opening after a crash does not walk the whole file.
        txn.set_quick_repair(true);
        let count = {
            let mut table = txn.open_table(RECORDS)?;
            for seq in removed {
                table.remove(seq)?;
            }
            for record in records {
                let mut value = table.insert_reserve(next, envelope::encoded_bytes(record))?;
                envelope::encode(next, record, value.as_mut());
                next += 1;
            }
            table.len()?
        };
        txn.commit()?;
        self.next_seq = next;
        self.records = count;
        Ok(first..next)
    }

    /// Reads on from the key `from`: up to `max_records`, and no more once they hold `max_bytes`, but at least one.
    pub(crate) fn read_from(
        &self,
        from: u64,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Found, StoreError> {
        let mut found = Found {
            next_seq: from,
            at_end: true,
            ..Found::default()
        };
        let txn = self.db.begin_read()?;
        let table = match txn.open_table(RECORDS) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(found),
            Err(error) => return Err(error.into()),
        };
        // One buffer for all bodies: an allocation per read, not per record.
        let mut bodies = Vec::new();
        let mut heads = Vec::new();
        let mut channel = None;
        for entry in table.range((Bound::Included(from), Bound::Unbounded))? {
            let (key, value) = entry?;
            let seq = key.value();
            if seq < found.next_seq {
                return Err(StoreError::damaged("the keys of the records are not in order"));
            }
            let value = value.value();
            let seen = heads.len() + found.damaged.len();
            if seen >= max_records.max(1) || (!heads.is_empty() && bodies.len() + value.len() > max_bytes) {
                found.at_end = false;
                break;
            }
            found.next_seq = seq.saturating_add(1);
            match envelope::decode(seq, value) {
                Ok(envelope) => {
                    let start = bodies.len();
                    bodies.extend_from_slice(envelope.body);
                    let channel = envelope::share_channel(envelope.channel, &mut channel);
                    heads.push((seq, envelope.kind, channel, start..bodies.len()));
                }
                Err(envelope::Damaged) => found.damaged.push(seq),
            }
        }
        let bodies = Bytes::from(bodies);
        found.records = heads
            .into_iter()
            .map(|(seq, kind, channel, at)| (seq, SpoolRecord::new(kind, channel, bodies.slice(at))))
            .collect();
        Ok(found)
    }

    /// Which of `seqs` are in the file.
    pub(crate) fn existing(&self, seqs: &BTreeSet<u64>) -> Result<BTreeSet<u64>, StoreError> {
        let txn = self.db.begin_read()?;
        let table = match txn.open_table(RECORDS) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(BTreeSet::new()),
            Err(error) => return Err(error.into()),
        };
        let mut existing = BTreeSet::new();
        for seq in seqs {
            if table.get(seq)?.is_some() {
                existing.insert(*seq);
            }
        }
        Ok(existing)
    }

    /// How many records are in the file.
    pub(crate) fn len(&self) -> u64 {
        self.records
    }

    /// How large the file is, in bytes.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.keeper.file_bytes()
    }

    /// The key the next record gets.
    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Makes sure that no key below `seq` is given to a new record.
    pub(crate) fn skip_to(&mut self, seq: u64) {
        self.next_seq = self.next_seq.max(seq);
    }

    /// The hand on the gate below the store.
    pub(crate) fn keeper(&self) -> &Arc<GateKeeper> {
        &self.keeper
    }

    /// Drops the handle and leaves the file as it is.
    ///
    /// Dropping a redb handle writes a last commit, from books that may be damaged: then it panics, and panics again
    /// while it unwinds, which ends the process. A handle that has met an error of its disk does not. So it meets one:
    /// the check of a file behind a shut gate fails at its first read.
    pub(crate) fn abandon(mut self) {
        self.keeper.shut();
        let _ = self.db.check_integrity();
    }

    /// Closes the file in good order, which also trims it.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close()?)
    }
}

impl StoreError {
    fn damaged(what: &str) -> Self {
        Self::Damaged(redb::Error::Corrupted(what.to_owned()))
    }
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        let error = error.into();
        match &error {
            redb::Error::Io(io) => match Refusal::of(io) {
                Some(Refusal::Full) => Self::Full(error),
                Some(Refusal::Failed) => Self::Failed(error),
                None => Self::Damaged(error),
            },
            redb::Error::Corrupted(_)
            | redb::Error::RepairAborted
            | redb::Error::UpgradeRequired(_)
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. } => Self::Damaged(error),
            _ => Self::Failed(error),
        }
    }
}

/// The key after the last one, and the number of records.
fn extent(db: &Database) -> Result<(u64, u64), StoreError> {
    let txn = db.begin_read()?;
    let table = match txn.open_table(RECORDS) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return Ok((0, 0)),
        Err(error) => return Err(error.into()),
    };
    let records = table.len()?;
    let next = match table.last()? {
        Some((key, _)) => key
            .value()
            .checked_add(1)
            .ok_or_else(|| StoreError::damaged("the last key is beyond the largest one possible"))?,
        None => 0,
    };
    Ok((next, records))
}
