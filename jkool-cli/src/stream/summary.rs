//! What became of a stream, in one line.

use std::fmt;
use std::time::Duration;

use jkool_client::Stats;

use crate::stream::Tally;

/// What became of all lines, in numbers.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    sent: u64,
    delivered: u64,
    handed: u64,
    rejected: u64,
    dropped: u64,
    pending: u64,
    stored: u64,
    adopted: u64,
    blank: u64,
    lossy: u64,
    unreadable: u64,
    seconds: f64,
}

impl Summary {
    pub(crate) fn new(stats: &Stats, tally: &Tally, took: Duration) -> Self {
        Self {
            sent: stats.accepted,
            delivered: stats.delivered,
            handed: stats.handed,
            rejected: tally.rejected.get(),
            dropped: stats.dropped.total(),
            pending: stats.pending - stats.stored.min(stats.pending),
            stored: stats.stored,
            adopted: stats.adopted,
            blank: tally.blank.get(),
            lossy: tally.lossy.get(),
            unreadable: tally.unreadable.get(),
            seconds: took.as_secs_f64(),
        }
    }

    /// Whether all of the input has got through.
    pub(crate) fn is_complete(&self) -> bool {
        self.rejected + self.dropped + self.pending + self.stored + self.unreadable == 0
    }

    /// One JSON object.
    pub(crate) fn to_json(&self) -> String {
        let Self {
            sent,
            delivered,
            handed,
            rejected,
            dropped,
            pending,
            stored,
            adopted,
            blank,
            lossy,
            unreadable,
            seconds,
        } = self;
        format!(
            "{{\"sent\":{sent},\"delivered\":{delivered},\"handed\":{handed},\"rejected\":{rejected},\
             \"dropped\":{dropped},\"pending\":{pending},\"stored\":{stored},\"adopted\":{adopted},\"seconds\":{seconds:.3},\"events_per_second\":{:.0},\
             \"blank\":{blank},\"lossy\":{lossy},\"unreadable_files\":{unreadable}}}",
            self.events_per_second()
        )
    }

    /// How many got through in a second.
    fn events_per_second(&self) -> f64 {
        (self.delivered + self.handed) as f64 / self.seconds.max(1e-6)
    }
}

/// The line for people. What is zero is left out.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} in {:.2} s ({:.0}/s)",
            counted(self.sent, "event", "events"),
            self.seconds,
            self.events_per_second()
        )?;
        let mut separator = ": ";
        let mut part = |f: &mut fmt::Formatter<'_>, count: u64, text: String| {
            if count == 0 {
                return Ok(());
            }
            write!(f, "{separator}{text}")?;
            separator = ", ";
            Ok(())
        };
        part(f, self.delivered, format!("{} delivered", self.delivered))?;
        part(
            f,
            self.handed,
            format!("{} handed over, unconfirmed", self.handed),
        )?;
        part(f, self.dropped, format!("{} refused or given up", self.dropped))?;
        part(f, self.pending, format!("{} not delivered", self.pending))?;
        part(f, self.stored, format!("{} kept in the spool", self.stored))?;
        part(f, self.adopted, format!("{} found in the spool", self.adopted))?;
        let lines = |count| counted(count, "line", "lines");
        part(f, self.rejected, format!("{} rejected", lines(self.rejected)))?;
        part(f, self.blank, format!("{} skipped as blank", lines(self.blank)))?;
        part(
            f,
            self.lossy,
            format!("{} sent with � for what is not UTF-8", lines(self.lossy)),
        )?;
        part(
            f,
            self.unreadable,
            format!("{} not read", counted(self.unreadable, "file", "files")),
        )
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
