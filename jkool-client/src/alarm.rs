//! The call for a person.

use std::fmt;

use jkool_transport::Endpoint;

use crate::HoldCause;

/// Raised once when the client begins to hold everything back.
///
/// Nothing is dropped while it lasts, except what passes its delivery time-out; the oldest event probes from time to
/// time whether the trouble is over. `Display` is one line for a log or a terminal.
#[derive(Clone, Debug)]
pub struct Alarm {
    endpoint: Endpoint,
    cause: HoldCause,
    pending: u64,
}

impl Alarm {
    pub(crate) fn new(endpoint: Endpoint, cause: HoldCause, pending: u64) -> Self {
        Self {
            endpoint,
            cause,
            pending,
        }
    }

    /// The far end.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Why everything is held back.
    #[must_use]
    pub fn cause(&self) -> &HoldCause {
        &self.cause
    }

    /// How many events are waiting.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.pending
    }
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "streaming to {} is on hold, {} events wait: {}",
            self.endpoint, self.pending, self.cause
        )
    }
}
