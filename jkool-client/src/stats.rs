//! What became of everything, in numbers.

use std::fmt;

use crate::{DropReason, FilterCounts, FilterReason};

/// What became of every event so far, in numbers.
///
/// At any moment at which nothing moves, two sums hold:
///
/// * `offered = accepted + refused`
/// * `accepted + adopted = delivered + handed + pending + dropped`
///
/// `adopted` is zero without a spool: it counts what was found there, which another client has accepted.
///
/// ```
/// use jkool_client::{Client, Event};
/// use jkool_client::transport::testing::Recording;
/// use std::time::Duration;
///
/// let client = Client::builder().transport(Recording::new()).build()?;
/// client.send(Event::new("PlaceOrder"))?;
/// client.flush(Duration::from_secs(5))?;
/// let stats = client.stats();
/// assert!(stats.is_balanced());
/// assert_eq!((stats.accepted, stats.delivered, stats.pending), (1, 1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Events that a filter kept from being sent, by reason: they are neither offered nor sent. What the crates `tracing`
    /// and `log` never hand over, since nobody wants that level, is not among them.
    pub filtered: FilterCounts,
    /// Events that passed the filters.
    pub offered: u64,
    /// Events that were queued.
    pub accepted: u64,
    /// Events handed back to the caller, because the queue was full or closed or the event cannot be sent.
    pub refused: u64,
    /// Events that the far end confirmed.
    pub delivered: u64,
    /// Events written to the socket where the protocol promises no confirmation.
    pub handed: u64,
    /// Events that are queued, stored or under way.
    pub pending: u64,
    /// How many of the pending events are on disk.
    pub stored: u64,
    /// Events found on disk that were accepted by an earlier client, or by another process that died.
    pub adopted: u64,
    /// Events that were given up after they had been accepted, by reason.
    pub dropped: DropCounts,
    /// How often an event was put back after a try, to be tried again.
    pub retries: u64,
    /// How many of the retries may have made a duplicate, because what became of the try before is not known.
    pub retries_in_doubt: u64,
    /// How often a connection was made.
    pub connections: u64,
    /// How often everything was held back.
    pub holds: u64,
    /// Dead letters written to the [dead-letter file](crate::ClientBuilder::dead_letter_file).
    pub dead_letters_written: u64,
    /// Dead letters that should have been written and were not: the file has reached its limit, or the disk fails.
    pub dead_letters_unwritten: u64,
    /// Panics of a transport, a callback or the worker, all contained.
    pub panics: u64,
}

/// How many events were given up, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DropCounts {
    pub(crate) expired: u64,
    pub(crate) refused: u64,
    pub(crate) closed: u64,
    pub(crate) disabled: u64,
    pub(crate) queue_full: u64,
    pub(crate) damaged: u64,
}

impl Stats {
    /// Whether both sums hold. They may not while other threads send or the worker settles.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.offered == self.accepted + self.refused
            && self.accepted + self.adopted
                == self.delivered + self.handed + self.pending + self.dropped.total()
    }
}

impl DropCounts {
    /// How many were given up for this reason.
    #[must_use]
    pub fn get(&self, reason: DropReason) -> u64 {
        match reason {
            DropReason::Expired => self.expired,
            DropReason::Refused => self.refused,
            DropReason::Closed => self.closed,
            DropReason::Disabled => self.disabled,
            DropReason::QueueFull => self.queue_full,
            DropReason::Damaged => self.damaged,
        }
    }

    /// How many were given up for any reason.
    #[must_use]
    pub fn total(&self) -> u64 {
        DropReason::ALL.into_iter().map(|reason| self.get(reason)).sum()
    }
}

impl fmt::Display for Stats {
    /// One line for a log or a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            accepted,
            delivered,
            pending,
            refused,
            retries,
            ..
        } = self;
        write!(f, "{accepted} accepted, ")?;
        if self.adopted > 0 {
            write!(f, "{} adopted, ", self.adopted)?;
        }
        write!(f, "{delivered} delivered, ")?;
        if self.handed > 0 {
            write!(f, "{} handed over, ", self.handed)?;
        }
        write!(f, "{pending} pending, ")?;
        if self.stored > 0 {
            write!(f, "{} of them stored, ", self.stored)?;
        }
        write!(f, "{} dropped", self.dropped.total())?;
        let reasons = DropReason::ALL.map(|reason| (reason, self.dropped.get(reason)));
        write_reasons(f, &reasons)?;
        write!(f, ", {refused} not accepted")?;
        if self.filtered.total() > 0 {
            write!(f, ", {} filtered", self.filtered.total())?;
            let reasons = FilterReason::ALL.map(|reason| (reason, self.filtered.get(reason)));
            write_reasons(f, &reasons)?;
        }
        write!(f, ", {retries} retries")
    }
}

/// Writes those that are not zero in brackets, and nothing if all are.
fn write_reasons(f: &mut fmt::Formatter<'_>, reasons: &[(impl fmt::Display, u64)]) -> fmt::Result {
    let mut separator = " (";
    for (reason, count) in reasons.iter().filter(|(_, count)| *count > 0) {
        write!(f, "{separator}{reason} {count}")?;
        separator = ", ";
    }
    f.write_str(if separator == " (" { "" } else { ")" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_all_in_one_line() {
        let stats = Stats {
            offered: 9,
            accepted: 8,
            refused: 1,
            delivered: 4,
            pending: 1,
            dropped: DropCounts {
                expired: 1,
                closed: 2,
                ..DropCounts::default()
            },
            ..Stats::default()
        };
        assert!(stats.is_balanced());
        let filtered = FilterCounts {
            level: 2,
            rate_limit: 3,
            ..FilterCounts::default()
        };
        assert!(
            Stats { filtered, ..stats }
                .to_string()
                .ends_with("1 not accepted, 5 filtered (level 2, rate limit 3), 0 retries")
        );
        assert_eq!(
            stats.to_string(),
            "8 accepted, 4 delivered, 1 pending, 3 dropped (expired 1, closed 2), 1 not accepted, 0 retries"
        );
    }
}
