//! How streaming is going.

use std::fmt;
use std::time::Instant;

use jkool_transport::TransportError;

use crate::HoldCause;

/// How streaming is going, as far as the worker knows.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Health {
    /// Nothing was delivered yet. The client connects when there is something to send.
    #[default]
    Connecting,
    /// The last try succeeded.
    Healthy,
    /// The last try failed; the client tries again by itself.
    #[non_exhaustive]
    Retrying {
        /// Why it failed.
        trouble: TransportError,
        /// How many tries in a row have failed.
        failures: u32,
        /// When the trouble began: since then nothing was delivered.
        since: Instant,
    },
    /// Everything is held back until the trouble is mended; the oldest event probes for that.
    #[non_exhaustive]
    Holding {
        /// Why.
        cause: HoldCause,
        /// When the trouble began: since then nothing was delivered.
        since: Instant,
    },
    /// The client was closed.
    Closed,
    /// The worker gave up after too many panics; nothing is sent any more.
    Disabled,
}

impl Health {
    /// The trouble that keeps events from being delivered, if a failed link is the cause.
    #[must_use]
    pub fn trouble(&self) -> Option<&TransportError> {
        match self {
            Self::Retrying { trouble, .. } => Some(trouble),
            Self::Holding { cause, .. } => cause.trouble(),
            _ => None,
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => f.write_str("connecting"),
            Self::Healthy => f.write_str("healthy"),
            Self::Retrying {
                trouble, failures, ..
            } => {
                write!(f, "retrying, {failures} failures in a row: {trouble}")
            }
            Self::Holding { cause, .. } => write!(f, "on hold: {cause}"),
            Self::Closed => f.write_str("closed"),
            Self::Disabled => f.write_str("disabled after too many panics of the worker"),
        }
    }
}
