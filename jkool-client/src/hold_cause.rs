//! Why everything is held back.

use std::error::Error;
use std::fmt;

use jkool_transport::{Refusal, TransportError};

/// Why everything is held back: trying again by itself would not help, and dropping would lose good events.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HoldCause {
    /// The link failed in a way that only a person or a new token can mend: a refused token, a wrong address, an
    /// untrusted certificate.
    Trouble(TransportError),
    /// So many different events were refused, one after the other without a success between, that the fault is not in
    /// the events.
    Refusals {
        /// How many.
        count: u32,
        /// The last refusal.
        last: Refusal,
    },
}

impl HoldCause {
    /// The failure of the link, if that is the cause.
    #[must_use]
    pub fn trouble(&self) -> Option<&TransportError> {
        match self {
            Self::Trouble(error) => Some(error),
            Self::Refusals { .. } => None,
        }
    }
}

impl fmt::Display for HoldCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trouble(error) => error.fmt(f),
            Self::Refusals { count, last } => {
                write!(
                    f,
                    "{count} different events in a row were refused, the last one because: {last}"
                )
            }
        }
    }
}

impl Error for HoldCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Trouble(error) => error.source(),
            Self::Refusals { .. } => None,
        }
    }
}
