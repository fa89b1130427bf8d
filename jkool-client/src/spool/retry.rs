//! When a failed disk is tried again: doubling waits, by the caller's clock.

use std::time::{Duration, Instant};

/// Doubling waits between a first and a longest one.
#[derive(Clone, Debug)]
pub(crate) struct Retry {
    first: Duration,
    longest: Duration,
    wait: Duration,
    at: Option<Instant>,
}

impl Retry {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest: longest.max(first),
            wait: first,
            at: None,
        }
    }

    /// Takes note of a failure; the wait after it is twice the one before.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.at = Some(now + self.wait);
        self.wait = self.wait.saturating_mul(2).min(self.longest);
    }

    /// Takes note of a success.
    pub(crate) fn succeeded(&mut self) {
        self.wait = self.first;
        self.at = None;
    }

    /// When to try again; `None` is at once.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.at.is_none_or(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_over_after_a_success() {
        let second = Duration::from_secs(1);
        let now = Instant::now();
        let mut retry = Retry::new(second, 5 * second);
        assert!(retry.is_due(now));
        for wait in [1, 2, 4, 5, 5] {
            retry.failed(now);
            assert_eq!(retry.at(), Some(now + wait * second));
            assert!(!retry.is_due(now));
        }
        assert!(retry.is_due(now + 5 * second));
        retry.succeeded();
        retry.failed(now);
        assert_eq!(retry.at(), Some(now + second));
    }
}
