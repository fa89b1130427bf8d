//! The gate between redb and its file: it counts the file's bytes, refuses to let it grow past a ceiling, and can be
//! shut for good, so that a handle that failed can do no more harm while it is dropped.

use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use redb::StorageBackend;

/// A storage backend behind a gate.
#[derive(Debug)]
pub(crate) struct Gate {
    inner: Box<dyn StorageBackend>,
    keeper: Arc<GateKeeper>,
}

/// The hand on the gate, which stays when redb has taken the gate itself.
#[derive(Debug)]
pub(crate) struct GateKeeper {
    shut: AtomicBool,
    ceiling_bytes: AtomicU64,
    file_bytes: AtomicU64,
    first_refusal: OnceLock<Refusal>,
}

/// How the disk failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has no room.
    Full,
    /// It does not work.
    Failed,
}

impl Gate {
    /// Puts `inner` behind a gate with this keeper.
    pub(crate) fn new(inner: Box<dyn StorageBackend>, keeper: Arc<GateKeeper>) -> io::Result<Self> {
        let gate = Self { inner, keeper };
        let file_bytes = gate.noted(gate.inner.len())?;
        gate.keeper.file_bytes.store(file_bytes, Ordering::Release);
        Ok(gate)
    }

    /// Lets a result through, and has the keeper remember a failure of the disk.
    fn noted<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && let Some(refusal) = Refusal::of(error)
        {
            // Only the first counts; what follows may be its consequence.
            let _ = self.keeper.first_refusal.set(refusal);
        }
        result
    }

    fn check(&self) -> io::Result<()> {
        if self.keeper.shut.load(Ordering::Acquire) {
            return Err(io::Error::other("the spool file was given up after a failure"));
        }
        Ok(())
    }
}

impl Refusal {
    /// What an error says of the disk; `None` if it says something of the file: that it is shorter than it should
    /// be, or not what it should be.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Some(Self::Full),
            Kind::UnexpectedEof | Kind::InvalidData => None,
            _ => Some(Self::Failed),
        }
    }
}

impl GateKeeper {
    /// The keeper of a gate that lets the file grow to `ceiling_bytes`.
    pub(crate) fn new(ceiling_bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            shut: AtomicBool::new(false),
            ceiling_bytes: AtomicU64::new(ceiling_bytes),
            file_bytes: AtomicU64::new(0),
            first_refusal: OnceLock::new(),
        })
    }

    /// How the disk failed first, if it ever did below this gate. Whatever redb says or does after that says nothing
    /// of the file.
    pub(crate) fn first_refusal(&self) -> Option<Refusal> {
        self.first_refusal.get().copied()
    }

    /// Lets nothing more through in either direction: the file stays as a crash at this moment would leave it.
    pub(crate) fn shut(&self) {
        self.shut.store(true, Ordering::Release);
    }

    /// Sets how large the file may grow from now on.
    pub(crate) fn set_ceiling(&self, bytes: u64) {
        self.ceiling_bytes.store(bytes, Ordering::Release);
    }

    /// How large the file is, in bytes.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.file_bytes.load(Ordering::Acquire)
    }
}

// The lock methods keep their defaults ("unsupported"): the slot's own lock file keeps other processes away, and a
// second lock on the data file would only be in the way of a reopening while a forked child still holds the first.
impl StorageBackend for Gate {
    fn len(&self) -> io::Result<u64> {
        self.check()?;
        self.noted(self.inner.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.check()?;
        self.noted(self.inner.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.check()?;
        let ceiling = self.keeper.ceiling_bytes.load(Ordering::Acquire);
        if len > ceiling && len > self.keeper.file_bytes() {
            let full = format!("the file would grow to {len} bytes, its limit is {ceiling}");
            return self.noted(Err(io::Error::new(io::ErrorKind::StorageFull, full)));
        }
        self.noted(self.inner.set_len(len))?;
        self.keeper.file_bytes.store(len, Ordering::Release);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.check()?;
        self.noted(self.inner.sync_data())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check()?;
        self.noted(self.inner.write(offset, data))
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    fn gate(ceiling_bytes: u64) -> (Gate, Arc<GateKeeper>) {
        let keeper = GateKeeper::new(ceiling_bytes);
        let gate = Gate::new(Box::new(InMemoryBackend::new()), Arc::clone(&keeper)).unwrap();
        (gate, keeper)
    }

    #[test]
    fn the_ceiling_stops_growth_and_nothing_else() {
        let (gate, keeper) = gate(1_000);
        gate.set_len(1_000).unwrap();
        assert_eq!(
            gate.set_len(1_001).unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        assert_eq!(keeper.first_refusal(), Some(Refusal::Full));
        assert_eq!(keeper.file_bytes(), 1_000);
        keeper.set_ceiling(10);
        gate.write(0, &[1; 20]).unwrap();
        gate.set_len(500).unwrap();
        keeper.set_ceiling(u64::MAX);
        gate.set_len(5_000).unwrap();
        assert_eq!(keeper.file_bytes(), 5_000);
    }

    #[test]
    fn nothing_passes_a_gate_that_is_shut() {
        let (gate, keeper) = gate(1_000);
        gate.set_len(100).unwrap();
        keeper.shut();
        let mut out = [0; 10];
        for result in [
            gate.read(0, &mut out),
            gate.write(0, &out),
            gate.set_len(50),
            gate.sync_data(),
            gate.len().map(drop),
        ] {
            assert!(result.is_err());
        }
        assert_eq!(
            keeper.first_refusal(),
            None,
            "shutting is not a failure of the disk"
        );
    }
}
