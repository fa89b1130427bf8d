//! Why a collector could not be started.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why a collector could not be started. The cause is in [`source`](Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on: in use, not ours, or not an address.
    #[error("cannot listen on {address}: give HOST:PORT of this machine, with port 0 for any free one")]
    Listen {
        /// The address as given.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The output file cannot be opened for appending.
    #[error("cannot append to {}", path.display())]
    Output {
        /// The file as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate or its key is unusable.
    #[error("{problem}")]
    #[non_exhaustive]
    Certificate {
        /// What is wrong.
        problem: &'static str,
        /// What the TLS library said.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl StartError {
    pub(crate) fn certificate(problem: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Certificate {
            problem,
            source: Some(Box::new(source)),
        }
    }
}
