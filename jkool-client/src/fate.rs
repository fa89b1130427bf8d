//! What became of an event.

use std::fmt;

use jkool_transport::{Refusal, TransportError};

use crate::{DropReason, FilterReason};

/// How far an event has come. Later states include the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// It is in the memory of this process: true for every accepted event.
    Queued,
    /// It is on disk, and survives the process. Without a spool nothing is stored before it is delivered.
    Stored,
    /// The far end has confirmed it; or it was handed over where the protocol promises no confirmation.
    Delivered,
}

/// What became of an event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fate {
    /// The far end confirmed it.
    Delivered,
    /// It was written to the socket, and the protocol promises no confirmation (MQTT quality of service 0).
    Handed,
    /// The client was closed before it could be delivered, and the event is on disk: the next client that uses the
    /// same spool directory delivers it.
    Stored,
    /// It was given up.
    Dropped(Dropped),
    /// A filter kept it from being sent.
    Filtered(FilterReason),
    /// It is on its way and has come as far as the state that was waited for. A [`Receipt`](crate::Receipt) as a
    /// future never ends with this.
    Pending(State),
}

/// Why an event was given up, with what is known of the cause.
#[derive(Clone, Debug)]
pub struct Dropped {
    reason: DropReason,
    detail: Detail,
}

#[derive(Clone, Debug)]
enum Detail {
    None,
    Trouble(TransportError),
    Refusal(Refusal),
}

impl Fate {
    /// Whether the event has reached the far end, as far as the protocol can tell.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Delivered | Self::Handed)
    }

    pub(crate) fn dropped(reason: DropReason, trouble: Option<TransportError>) -> Self {
        Self::Dropped(Dropped {
            reason,
            detail: trouble.map_or(Detail::None, Detail::Trouble),
        })
    }

    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::Dropped(Dropped {
            reason: DropReason::Refused,
            detail: Detail::Refusal(refusal),
        })
    }
}

impl Dropped {
    /// The reason under which it is counted.
    #[must_use]
    pub fn reason(&self) -> DropReason {
        self.reason
    }

    /// Why the far end will never take it, if it was refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.detail {
            Detail::Refusal(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The trouble that kept it from being delivered in time, if there was any.
    #[must_use]
    pub fn trouble(&self) -> Option<&TransportError> {
        match &self.detail {
            Detail::Trouble(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered => f.write_str("delivered"),
            Self::Handed => f.write_str("handed over, unconfirmed"),
            Self::Dropped(dropped) => dropped.fmt(f),
            Self::Filtered(reason) => write!(f, "not sent, filtered: {reason}"),
            Self::Stored | Self::Pending(State::Stored) => f.write_str("stored"),
            Self::Pending(_) => f.write_str("queued"),
        }
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not delivered, {}", self.reason)?;
        match &self.detail {
            Detail::None => Ok(()),
            Detail::Trouble(error) => write!(f, ": {error}"),
            Detail::Refusal(refusal) => write!(f, ": {refusal}"),
        }
    }
}
