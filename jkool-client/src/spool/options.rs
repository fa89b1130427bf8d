//! How a spool is set up.

use std::time::Duration;

use super::error::SpoolError;

/// Limits and times of a spool. All have defaults that suit a server.
#[derive(Clone, Debug)]
#[must_use = "options do nothing until a spool is opened with them"]
#[non_exhaustive]
pub(crate) struct SpoolOptions {
    pub(crate) max_file_bytes: u64,
    pub(crate) max_backlog_records: usize,
    pub(crate) max_backlog_bytes: usize,
    pub(crate) max_group_records: usize,
    pub(crate) max_group_bytes: usize,
    pub(crate) linger: Duration,
    pub(crate) removal_delay: Duration,
    pub(crate) first_retry: Duration,
    pub(crate) last_retry: Duration,
    pub(crate) adopt_every: Duration,
}

impl Default for SpoolOptions {
    fn default() -> Self {
        Self {
            max_file_bytes: 1024 * 1024 * 1024,
            max_backlog_records: 65_536,
            max_backlog_bytes: 16 * 1024 * 1024,
            max_group_records: 4_096,
            max_group_bytes: 4 * 1024 * 1024,
            linger: Duration::from_millis(1),
            removal_delay: Duration::from_millis(100),
            first_retry: Duration::from_millis(100),
            last_retry: Duration::from_secs(30),
            adopt_every: Duration::from_secs(10),
        }
    }
}

impl SpoolOptions {
    /// The defaults.
    #[cfg(test)]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// How large the file may grow, in bytes of file. Default: 1 GiB; at least 1 MiB.
    ///
    /// A file takes about twice the bytes of the records in it, and grows by doubling: it stops at the last size
    /// that does not pass the limit. Only taking records out may go past the limit, if there is no room to do it in.
    pub(crate) fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// How many records may wait in memory for their commit. Default: 65,536; at least 1.
    #[cfg(test)]
    pub(crate) fn max_backlog_records(mut self, records: usize) -> Self {
        self.max_backlog_records = records;
        self
    }

    /// How many records go into one commit at most. Default: 4,096; at least 1.
    #[cfg(test)]
    pub(crate) fn max_group_records(mut self, records: usize) -> Self {
        self.max_group_records = records;
        self
    }

    /// How long a record waits for company before it is committed. Default: 1 ms.
    #[cfg(test)]
    pub(crate) fn linger(mut self, wait: Duration) -> Self {
        self.linger = wait.min(LONGEST_WAIT);
        self
    }

    /// How long a removal may wait for the next commit before it gets one of its own. Default: 100 ms.
    ///
    /// Removals that are still waiting when the process is killed are forgotten; those records are delivered twice.
    #[cfg(test)]
    pub(crate) fn removal_delay(mut self, wait: Duration) -> Self {
        self.removal_delay = wait.min(LONGEST_WAIT);
        self
    }

    /// The first and the longest wait before a failed disk is tried again; each wait is twice the last. Default:
    /// 100 ms, 30 s.
    #[cfg(test)]
    pub(crate) fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.first_retry = first.min(LONGEST_WAIT);
        self.last_retry = longest.min(LONGEST_WAIT);
        self
    }

    /// How often an empty spool looks for records that a dead process left in the same directory. Default: 10 s.
    #[cfg(test)]
    pub(crate) fn adopt_every(mut self, wait: Duration) -> Self {
        self.adopt_every = wait.min(LONGEST_WAIT);
        self
    }

    /// How many bytes may be appended at once: what surely fits into an empty file. redb gives a large value up to
    /// twice its size, and asks for twice that when it has to grow the file.
    pub(crate) fn max_append_bytes(&self) -> u64 {
        self.max_file_bytes / 8
    }

    /// How many bytes of records go into one commit.
    pub(crate) fn group_bytes(&self) -> usize {
        let largest = usize::try_from(self.max_append_bytes()).unwrap_or(usize::MAX);
        self.max_group_bytes.min(largest)
    }

    /// The first option that does not work, if any.
    pub(crate) fn check(&self) -> Result<(), SpoolError> {
        let rules = [
            ("max_file_bytes", self.max_file_bytes, 1024 * 1024),
            ("max_backlog_records", self.max_backlog_records as u64, 1),
            ("max_backlog_bytes", self.max_backlog_bytes as u64, 1024),
            ("max_group_records", self.max_group_records as u64, 1),
            ("max_group_bytes", self.max_group_bytes as u64, 1024),
        ];
        for (option, value, minimum) in rules {
            if value < minimum {
                return Err(SpoolError::Option {
                    option,
                    value,
                    minimum,
                });
            }
        }
        Ok(())
    }
}

/// Waits are cut to a year, so that adding them to a point in time never fails.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);
