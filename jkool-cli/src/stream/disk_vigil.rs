//! Whether the disk takes what is read.

use std::time::{Duration, Instant};

use jkool_client::SpoolStats;

/// How often it is told at most. A disk that is full now and then has room is full a few times a second.
const PAUSE: Duration = Duration::from_secs(300);

/// Tells when the disk takes no more.
#[derive(Debug, Default)]
pub(crate) struct DiskVigil {
    failures: u64,
    told: Option<Instant>,
}

impl DiskVigil {
    /// What is to be told, if anything.
    pub(crate) fn judge(&mut self, spool: &SpoolStats, now: Instant) -> Option<String> {
        let has_failed = std::mem::replace(&mut self.failures, spool.failures) != spool.failures;
        let is_silent = self
            .told
            .is_none_or(|told| now.saturating_duration_since(told) >= PAUSE);
        let trouble = spool.last_failure.as_ref().filter(|_| has_failed && is_silent)?;
        self.told = Some(now);
        Some(format!("{trouble}; what memory cannot hold is read later"))
    }
}
