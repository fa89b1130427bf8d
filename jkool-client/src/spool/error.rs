//! What can go wrong with a spool.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// A spool could not be opened or used.
///
/// A spool that is open never stops for such an error: it shows it in
/// [`SpoolState::Failing`](super::SpoolState::Failing), tries again by itself, and keeps what it was given meanwhile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// Every slot of the directory is locked by a live process. Use another directory, or run fewer processes on it.
    #[error("all {slots} slots of the spool directory {} are in use by other processes", dir.display())]
    Busy {
        /// The spool directory.
        dir: PathBuf,
        /// How many processes can share a directory.
        slots: usize,
    },
    /// The operating system refused something.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: "open", "lock", …
        action: &'static str,
        /// The file or directory it was tried on.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The disk, or the quota on it, is full, or the spool has reached its own limit.
    #[error("no room left to {action} {}", path.display())]
    Full {
        /// What was tried.
        action: &'static str,
        /// The spool file.
        path: PathBuf,
        /// What the storage layer said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The file is not a spool, or was damaged outside of the program.
    #[error("{} is damaged: cannot {action} it", path.display())]
    Damaged {
        /// What was tried.
        action: &'static str,
        /// The spool file.
        path: PathBuf,
        /// What the storage layer said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The storage layer failed. The file is opened anew before anything else is done with it.
    #[error("the storage layer cannot {action} {}", path.display())]
    Storage {
        /// What was tried.
        action: &'static str,
        /// The spool file.
        path: PathBuf,
        /// What the storage layer said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The storage layer panicked; the panic was contained.
    #[error("the storage layer panicked when asked to {action} {}: {message}", path.display())]
    Panicked {
        /// What was tried.
        action: &'static str,
        /// The spool file.
        path: PathBuf,
        /// The panic's message.
        message: String,
    },
    /// The operating system gave no thread.
    #[error("cannot start the spool thread")]
    Thread {
        /// What the operating system said.
        source: io::Error,
    },
    /// An option has a value the spool cannot work with.
    #[error("the spool option {option} is {value}, expected at least {minimum}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// The value given.
        value: u64,
        /// The smallest value that works.
        minimum: u64,
    },
}

impl SpoolError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.into(),
            source,
        }
    }
}
