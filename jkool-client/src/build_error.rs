//! Why a client could not be built.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use jkool_transport::TransportError;

/// Why a client could not be built: the first fault found. `Display` says what to do about it.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// It was not said where to: no token, no URL, no transport.
    NoDestination,
    /// There is a URL for HTTP, but no token.
    NoToken,
    /// No transport of this build can go to such a URL.
    Scheme {
        /// The scheme of the URL.
        scheme: String,
    },
    /// The settings of the transport cannot work.
    Transport(TransportError),
    /// An environment variable has a value that cannot be used.
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A limit is zero, so that nothing could ever be sent.
    ZeroLimit {
        /// The setter of the limit.
        setter: &'static str,
    },
    /// The share of what is sampled is no number from 0 to 1.
    SampleShare {
        /// The share.
        share: f64,
    },
    /// The dead-letter file cannot be opened.
    DeadLetterFile {
        /// Where it should be.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The spool cannot be opened.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    Spool(crate::SpoolError),
    /// The operating system gave no thread, or no event queue for it.
    Worker(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDestination => f.write_str(
                "no destination: call `http(token)` or `transport(…)` on the builder, or set JKOOL_TOKEN or JKOOL_TOKEN_FILE",
            ),
            Self::NoToken => f.write_str(
                "no access token: call `http(token)` on the builder, or set JKOOL_TOKEN or JKOOL_TOKEN_FILE",
            ),
            Self::Scheme { scheme } => {
                write!(f, "no transport for {scheme:?} URLs in this build; expected ")?;
                f.write_str(match (cfg!(feature = "http"), cfg!(feature = "mqtt")) {
                    (true, true) => "https, http, mqtts or mqtt",
                    (true, false) => "https or http (mqtt needs the feature `mqtt`)",
                    (false, true) => "mqtts or mqtt (https needs the feature `http`)",
                    (false, false) => "a transport of your own, or one of the features `http` and `mqtt`",
                })
            }
            Self::Transport(_) => f.write_str("the transport cannot be set up"),
            Self::Variable { name, .. } => write!(f, "the environment variable {name} has an unusable value"),
            Self::ZeroLimit { setter } => write!(f, "`{setter}(0)` would let nothing through; give at least 1"),
            Self::SampleShare { share } => write!(
                f,
                "`sample({share})` is no share of the whole; give a number from 0 to 1, such as 0.1 for a tenth"
            ),
            Self::DeadLetterFile { path, .. } => {
                write!(f, "the dead-letter file {} cannot be opened", path.display())
            }
            #[cfg(feature = "spool")]
            Self::Spool(_) => f.write_str("the spool cannot be opened"),
            Self::Worker(_) => f.write_str("the worker thread could not be started"),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Variable { source, .. } => Some(&**source),
            #[cfg(feature = "spool")]
            Self::Spool(error) => Some(error),
            Self::Worker(error) | Self::DeadLetterFile { source: error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<TransportError> for BuildError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}
