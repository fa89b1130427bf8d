//! Slots: how several processes share one spool directory.
//!
//! ```text
//! spool/00.redb … 15.redb            the records
//! spool/00.lock … 15.lock            locked while a process lives that owns the slot; never deleted
//! spool/00.redb.0.corrupt …          files that were beyond use
//! ```
//!
//! The data files themselves are not locked. A forked child holds the lock of its parent until it calls `exec` or
//! ends, so a slot can look taken for a moment longer than its owner lives.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use redb::StorageBackend;
use redb::backends::FileBackend;

use super::disk::Disk;
use super::error::SpoolError;

/// How many processes can share a directory.
pub(crate) const SLOTS: usize = 16;

/// One slot of a directory, locked for this process while it is kept.
#[derive(Debug)]
pub(crate) struct Slot {
    dir: PathBuf,
    index: usize,
    path: PathBuf,
    /// Keeps the lock.
    _lock: File,
}

impl Slot {
    /// Takes a free slot of `dir`, making the directory if it is missing: one with records in it if there is one,
    /// else the first. While all are taken, tries again for the time of `wait`.
    pub(crate) fn acquire(dir: &Path, wait: Duration) -> Result<Self, SpoolError> {
        make_dir(dir).map_err(|source| SpoolError::io("use as spool directory", dir, source))?;
        let deadline = Instant::now() + wait;
        loop {
            let (full, empty): (Vec<_>, Vec<_>) =
                (0..SLOTS).partition(|index| has_data(&data_path(dir, *index)));
            for index in full.into_iter().chain(empty) {
                if let Some(slot) = Self::try_take(dir, index)? {
                    return Ok(slot);
                }
            }
            let now = Instant::now();
            if now >= deadline {
                return Err(SpoolError::Busy {
                    dir: dir.to_owned(),
                    slots: SLOTS,
                });
            }
            thread::sleep(LOCK_PAUSE.min(deadline - now));
        }
    }

    fn try_take(dir: &Path, index: usize) -> Result<Option<Self>, SpoolError> {
        let path = lock_path(dir, index);
        let lock = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(&path)
        .map_err(|source| SpoolError::io("open", &path, source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                dir: dir.to_owned(),
                index,
                path: data_path(dir, index),
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(SpoolError::io("lock", path, source)),
        }
    }
}

impl Disk for Slot {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let file = private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(&self.path)?;
        if file.metadata()?.len() == 0 {
            sync_dir(&self.dir)?;
        }
        let backend = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Box::new(backend))
    }

    fn has_data(&self) -> bool {
        has_data(&self.path)
    }

    fn delete(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            deleted => deleted,
        }
    }

    fn set_aside(&self) -> io::Result<PathBuf> {
        for number in 0..u32::MAX {
            let aside = self.path.with_extension(format!("redb.{number}.corrupt"));
            if !fs::exists(&aside)? {
                fs::rename(&self.path, &aside)?;
                return Ok(aside);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn open_aside(&self, path: &Path) -> io::Result<Box<dyn StorageBackend>> {
        let backend = FileBackend::new(File::open(path)?).map_err(io::Error::other)?;
        Ok(Box::new(backend))
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn leavings(&self) -> io::Result<Option<Box<dyn Disk>>> {
        let others = (0..SLOTS).filter(|index| *index != self.index);
        for index in others.filter(|index| has_data(&data_path(&self.dir, *index))) {
            match Self::try_take(&self.dir, index) {
                Ok(Some(slot)) => return Ok(Some(Box::new(slot))),
                Ok(None) => {}
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(None)
    }
}

/// The file with the records of a slot.
pub(crate) fn data_path(dir: &Path, index: usize) -> PathBuf {
    dir.join(format!("{index:02}.redb"))
}

/// The file whose lock says that a slot has a living owner.
pub(crate) fn lock_path(dir: &Path, index: usize) -> PathBuf {
    dir.join(format!("{index:02}.lock"))
}

const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// A file that cannot be looked at is not taken for a missing one: what is new may be deleted.
fn has_data(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(meta) => meta.len() > 0,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.exists() && !dir.is_dir() {
        // The system would say that it exists, which everybody sees.
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let missing: Vec<&Path> = dir
        .ancestors()
        .take_while(|ancestor| is_missing(ancestor))
        .collect();
    builder.create(dir)?;
    // A spool in a directory whose own name is lost is lost too.
    for made in missing {
        match made.parent() {
            Some(parent) if parent.as_os_str().is_empty() => sync_dir(Path::new("."))?,
            Some(parent) => sync_dir(parent)?,
            None => {}
        }
    }
    Ok(())
}

fn is_missing(path: &Path) -> bool {
    !path.as_os_str().is_empty() && !path.exists()
}

/// Files made with these options are for their owner alone.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes the names in `dir` survive power loss. Windows keeps them without being asked, and opens no directories.
fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_surely_missing_or_empty_has_no_data() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        assert!(!has_data(&file));
        File::create(&file).unwrap();
        assert!(!has_data(&file));
        // Not a directory: the system cannot say what is there.
        assert!(has_data(&file.join("00.redb")));
        fs::write(&file, b"data").unwrap();
        assert!(has_data(&file));
    }
}
