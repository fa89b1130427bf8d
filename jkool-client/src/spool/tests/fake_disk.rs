//! A disk in memory that knows what was synced, and fails on request.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

use crate::spool::disk::Disk;

/// A disk with one file. Clones are the same disk.
#[derive(Clone, Default)]
pub(super) struct FakeDisk(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    unblocked: Condvar,
}

#[derive(Debug, Default)]
struct State {
    file: Option<Image>,
    aside: Vec<Vec<u8>>,
    calls: u64,
    fault: Option<Fault>,
    room: Option<u64>,
    sync_pause: Duration,
    blocked: bool,
    syncs: u64,
}

/// The file as the process sees it, and as it would be after power loss.
#[derive(Clone, Debug, Default)]
struct Image {
    seen: Vec<u8>,
    kept: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

/// Which calls fail (writes, syncs and changes of length are counted, from 0) and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) from: u64,
    pub(super) calls: u64,
    pub(super) kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// Nothing happens, and an error says so.
    Error,
    /// Half of a write happens.
    ShortWrite,
    /// After a failed sync, what was not synced is never written, and looks as if it were: as Linux does it.
    ForgetfulSync,
    /// There is no room.
    NoRoom,
}

impl FakeDisk {
    /// A disk whose file has this content, all of it synced.
    pub(super) fn with(content: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.state().file = Some(Image {
            kept: content.clone(),
            seen: content,
            unsynced: Vec::new(),
        });
        disk
    }

    /// The file as the next process sees it after this one was killed.
    pub(super) fn after_kill(&self) -> Vec<u8> {
        self.state()
            .file
            .as_ref()
            .map(|image| image.seen.clone())
            .unwrap_or_default()
    }

    /// The file as it may be after power loss: of each un-synced change any 512-byte sectors may be missing, the last
    /// one may be torn in the middle of a sector.
    pub(super) fn after_power_loss(&self, random: &mut fastrand::Rng) -> Vec<u8> {
        let state = self.state();
        let Some(image) = state.file.as_ref() else {
            return Vec::new();
        };
        let mut content = image.kept.clone();
        let survival = random.f64();
        let last = image.unsynced.len().saturating_sub(1);
        for (number, change) in image.unsynced.iter().enumerate() {
            match change {
                Change::SetLen(len) => {
                    if random.f64() < survival {
                        content.resize(*len, 0);
                    }
                }
                Change::Write(offset, data) => {
                    for (sector, piece) in data.chunks(512).enumerate() {
                        if random.f64() >= survival {
                            continue;
                        }
                        let torn = number == last && random.bool();
                        let piece = if torn {
                            &piece[..random.usize(..=piece.len())]
                        } else {
                            piece
                        };
                        put(&mut content, offset + sector * 512, piece);
                    }
                }
            }
        }
        content
    }

    pub(super) fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// From now on the next `calls` calls fail.
    pub(super) fn fail_next(&self, calls: u64, kind: FaultKind) {
        let mut state = self.state();
        state.fault = Some(Fault {
            from: state.calls,
            calls,
            kind,
        });
    }

    /// How large the file may become.
    pub(super) fn set_room(&self, bytes: Option<u64>) {
        self.state().room = bytes;
    }

    pub(super) fn set_sync_pause(&self, pause: Duration) {
        self.state().sync_pause = pause;
    }

    /// Lets syncs hang until it is called with `false`.
    pub(super) fn set_blocked(&self, blocked: bool) {
        self.state().blocked = blocked;
        self.0.unblocked.notify_all();
    }

    pub(super) fn calls(&self) -> u64 {
        self.state().calls
    }

    pub(super) fn syncs(&self) -> u64 {
        self.state().syncs
    }

    pub(super) fn set_aside_files(&self) -> usize {
        self.state().aside.len()
    }

    pub(super) fn file_bytes(&self) -> usize {
        self.after_kill().len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }
}

impl std::fmt::Debug for FakeDisk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeDisk")
    }
}

impl Disk for FakeDisk {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        self.state().file.get_or_insert_default();
        Ok(Box::new(FakeFile(self.clone())))
    }

    fn has_data(&self) -> bool {
        self.state()
            .file
            .as_ref()
            .is_some_and(|image| !image.seen.is_empty())
    }

    fn delete(&self) -> io::Result<()> {
        self.state().file = None;
        Ok(())
    }

    fn set_aside(&self) -> io::Result<PathBuf> {
        let mut state = self.state();
        let image = state.file.take().unwrap_or_default();
        state.aside.push(image.seen);
        Ok(PathBuf::from(format!(
            "fake.redb.{}.corrupt",
            state.aside.len() - 1
        )))
    }

    fn open_aside(&self, _path: &Path) -> io::Result<Box<dyn StorageBackend>> {
        let content = self.state().aside.last().cloned().unwrap_or_default();
        let backend = InMemoryBackend::new();
        backend.set_len(content.len() as u64)?;
        backend.write(0, &content)?;
        Ok(Box::new(backend))
    }

    fn path(&self) -> &Path {
        Path::new("fake.redb")
    }
}

#[derive(Debug)]
struct FakeFile(FakeDisk);

impl State {
    /// Counts a call, and says how it fails.
    fn call(&mut self) -> Option<FaultKind> {
        let call = self.calls;
        self.calls += 1;
        self.fault
            .filter(|fault| (fault.from..fault.from.saturating_add(fault.calls)).contains(&call))
            .map(|fault| fault.kind)
    }

    fn image(&mut self) -> &mut Image {
        self.file.get_or_insert_default()
    }
}

impl StorageBackend for FakeFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.state().image().seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.0.state();
        let offset = usize::try_from(offset).unwrap();
        let end = offset
            .checked_add(out.len())
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let data = state
            .image()
            .seen
            .get(offset..end)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(data);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.0.state();
        if let Some(kind) = state.call() {
            return Err(error(kind));
        }
        if state.room.is_some_and(|room| len > room) {
            return Err(error(FaultKind::NoRoom));
        }
        let len = usize::try_from(len).unwrap();
        let image = state.image();
        image.seen.resize(len, 0);
        image.unsynced.push(Change::SetLen(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let shared = &self.0.0;
        let state = self.0.state();
        let pause = state.sync_pause;
        let (state, _) = shared
            .unblocked
            .wait_timeout_while(state, pause, |state| !state.sync_pause.is_zero())
            .unwrap();
        let mut state = shared.unblocked.wait_while(state, |state| state.blocked).unwrap();
        state.syncs += 1;
        if let Some(kind) = state.call() {
            if kind == FaultKind::ForgetfulSync {
                state.image().unsynced.clear();
            }
            return Err(error(kind));
        }
        let image = state.image();
        for change in std::mem::take(&mut image.unsynced) {
            match change {
                Change::Write(offset, data) => put(&mut image.kept, offset, &data),
                Change::SetLen(len) => image.kept.resize(len, 0),
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.0.state();
        let offset = usize::try_from(offset).unwrap();
        let fault = state.call();
        let written = match fault {
            None => data,
            Some(FaultKind::ShortWrite) => &data[..data.len() / 2],
            Some(_) => &[],
        };
        let image = state.image();
        put(&mut image.seen, offset, written);
        image.unsynced.push(Change::Write(offset, written.to_vec()));
        fault.map_or(Ok(()), |kind| Err(error(kind)))
    }
}

/// Writes into a file that may still be shorter.
fn put(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let end = offset + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(data);
}

fn error(kind: FaultKind) -> io::Error {
    match kind {
        FaultKind::NoRoom => io::ErrorKind::StorageFull.into(),
        _ => io::Error::other("the fake disk fails"),
    }
}
