//! What is in a spool directory, seen from outside: for `jkool spool status`.

use std::fs::{self, File, TryLockError};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;

use super::error::SpoolError;
use super::gate::GateKeeper;
use super::overlay::Overlay;
use super::slots::{self, SLOTS};
use super::store::{Check, Store, StoreError};

/// A spool directory at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolStatus {
    /// The directory.
    pub dir: PathBuf,
    /// Its slots, as far as a process has ever used them.
    pub slots: Vec<SlotStatus>,
    /// Files that were beyond use and set aside.
    pub corrupt_files: Vec<CorruptFile>,
}

/// One slot of a spool directory: the records of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotStatus {
    /// The slot's number, from 0.
    pub slot: usize,
    /// Records stored and not removed; `None` if they cannot be counted: the file is damaged, or changed too quickly
    /// while it was read.
    pub records: Option<u64>,
    /// Size of the file, in bytes.
    pub file_bytes: u64,
    /// Whether a living process owns the slot.
    pub in_use: bool,
}

/// A file that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CorruptFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size, in bytes.
    pub file_bytes: u64,
}

impl SpoolStatus {
    /// Looks at the directory `dir` without changing anything in it or keeping a process from its slot.
    ///
    /// Counts in a slot that is in use are a moment old. Records whose removal waits for the next commit still count.
    ///
    /// # Errors
    ///
    /// [`SpoolError::Io`] if the directory or a file in it cannot be read.
    pub fn read(dir: impl AsRef<Path>) -> Result<Self, SpoolError> {
        let dir = dir.as_ref();
        let mut status = Self {
            dir: dir.to_owned(),
            slots: Vec::new(),
            corrupt_files: corrupt_files(dir)?,
        };
        for slot in 0..SLOTS {
            let path = slots::data_path(dir, slot);
            let Some(file_bytes) = file_bytes(&path)? else {
                continue;
            };
            status.slots.push(SlotStatus {
                slot,
                records: count(&path, file_bytes),
                file_bytes,
                in_use: is_locked(&slots::lock_path(dir, slot))?,
            });
        }
        Ok(status)
    }

    /// The records in all slots that could be counted.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.slots.iter().filter_map(|slot| slot.records).sum()
    }
}

/// The owner may write while the file is read here, so that what is read does not fit together; a few times in a row
/// is unlikely.
const ATTEMPTS: usize = 8;

fn corrupt_files(dir: &Path) -> Result<Vec<CorruptFile>, SpoolError> {
    let cannot_read = |source| SpoolError::io("read the spool directory", dir, source);
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(cannot_read)? {
        let path = entry.map_err(cannot_read)?.path();
        if path.extension().is_some_and(|extension| extension == "corrupt")
            && let Some(file_bytes) = file_bytes(&path)?
        {
            files.push(CorruptFile { path, file_bytes });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn file_bytes(path: &Path) -> Result<Option<u64>, SpoolError> {
    match fs::metadata(path) {
        Ok(meta) => Ok(Some(meta.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SpoolError::io("look at", path, source)),
    }
}

/// A shared lock, for a moment: owners hold an exclusive one, and others who look do not disturb each other.
fn is_locked(path: &Path) -> Result<bool, SpoolError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(SpoolError::io("open", path, source)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(SpoolError::io("look at the lock of", path, source)),
    }
}

fn count(path: &Path, file_bytes: u64) -> Option<u64> {
    if file_bytes == 0 {
        return Some(0);
    }
    (0..ATTEMPTS).find_map(|_| catch_unwind(AssertUnwindSafe(|| try_count(path))).ok()?.ok())
}

fn try_count(path: &Path) -> Result<u64, StoreError> {
    let file = FileBackend::new(File::open(path).map_err(redb::Error::Io)?)?;
    let overlay = Overlay::new(Box::new(file)).map_err(redb::Error::Io)?;
    let store = Store::open(Box::new(overlay), GateKeeper::new(u64::MAX), Check::None)?;
    let records = store.len();
    store.abandon();
    Ok(records)
}
