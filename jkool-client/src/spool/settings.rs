//! What a user says about a spool.

use std::path::{Path, PathBuf};

use super::{SpoolError, SpoolHandle, SpoolMode, SpoolOptions};
use crate::delivery::SpoolLane;

/// A directory on disk for events that wait for their delivery; see
/// [`ClientBuilder::spool`](crate::ClientBuilder::spool).
///
/// What is stored survives the process and power loss. The next client that uses the directory delivers what an earlier
/// one left. Up to 16 processes can share a directory. It is made if it is missing, readable by its owner alone, and
/// never holds a token. Put it on a local disk: not every network file system keeps the locks that it needs.
///
/// A disk that fails or is full stops nothing. On Unix a limit on the size of files (`ulimit -f`) is another matter: it
/// sends SIGXFSZ, which ends a process that neither ignores nor handles it.
///
/// ```
/// use jkool_client::{Client, Event, Spool, SpoolMode, State};
/// use jkool_client::transport::testing::Recording;
/// use std::time::Duration;
///
/// # let dir = tempfile::tempdir()?;
/// # let directory = dir.path().join("spool");
/// let client = Client::builder()
///     .transport(Recording::new())
///     .spool(Spool::new(directory).mode(SpoolMode::WriteAhead))
///     .build()?;
/// let receipt = client.send_tracked(Event::new("PlaceOrder"))?;
/// receipt.wait(State::Stored, Duration::from_secs(5))?;
/// client.close(Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a spool does nothing until a client is built with it"]
pub struct Spool {
    dir: PathBuf,
    mode: SpoolMode,
    options: SpoolOptions,
}

impl Spool {
    /// A spool in this directory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            mode: SpoolMode::default(),
            options: SpoolOptions::default(),
        }
    }

    /// Which events go through it. Default: [`SpoolMode::Overflow`].
    pub fn mode(mut self, mode: SpoolMode) -> Self {
        self.mode = mode;
        self
    }

    /// How large the file may grow, in bytes. Default: 1 GiB; at least 1 MiB.
    ///
    /// A file takes about twice the bytes of the events in it, and grows by doubling: it stops at the last size that
    /// does not pass the limit.
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.options = self.options.max_file_bytes(bytes);
        self
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens it; see [`SpoolHandle::open`]. Gives the way through it, too.
    pub(crate) fn open(self) -> Result<(SpoolHandle, SpoolLane), SpoolError> {
        let max_append_bytes = self.options.max_append_bytes();
        let handle = SpoolHandle::open(&self.dir, self.options)?;
        let lane = SpoolLane::new(handle.clone(), self.mode, max_append_bytes);
        Ok((handle, lane))
    }
}
