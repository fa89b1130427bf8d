//! Why an accepted event was given up.

use std::fmt;

/// Why an accepted event was given up. Each is counted under its reason in [`Stats`](crate::Stats).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// It could not be delivered within the [delivery time-out](crate::ClientBuilder::delivery_timeout).
    Expired,
    /// The far end, or the transport, will never take it. It went to the
    /// [dead-letter callback](crate::ClientBuilder::on_dead_letter) and
    /// the [dead-letter file](crate::ClientBuilder::dead_letter_file).
    Refused,
    /// The client was closed, and the time for that was over before it could be delivered.
    Closed,
    /// The worker gave up after too many panics.
    Disabled,
    /// The queue was full, and newer events took its place: see [`OnFull::DropOldest`](crate::OnFull::DropOldest).
    QueueFull,
}

impl DropReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [
        Self::Expired,
        Self::Refused,
        Self::Closed,
        Self::Disabled,
        Self::QueueFull,
    ];

    /// The reason in a word or two of lower case, for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Closed => "closed",
            Self::Disabled => "disabled",
            Self::QueueFull => "queue full",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
