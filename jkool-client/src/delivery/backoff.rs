//! How long to wait before the next try.

use std::time::Duration;

use crate::RetryPolicy;

/// A source of numbers from 0 up to, but not including, 1.
pub(crate) type Rng = Box<dyn FnMut() -> f64 + Send>;

/// So many successes pay for one retry without a wait.
const SUCCESSES_PER_HURRY: u32 = 4;

/// The most that is saved up: ten retries without a wait.
const MAX_SAVINGS: u32 = 10 * SUCCESSES_PER_HURRY;

/// Full jitter below a bound that doubles with each failure in a row; once it doubles no more, jitter over its upper
/// half.
#[derive(Debug)]
pub(crate) struct Backoff {
    policy: RetryPolicy,
    failures: u32,
    savings: u32,
}

impl Backoff {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            failures: 0,
            savings: 0,
        }
    }

    /// A record was taken.
    pub(crate) fn save(&mut self) {
        self.savings = (self.savings + 1).min(MAX_SAVINGS);
    }

    /// The row of failures has ended.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// How many failures there were in a row.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// The wait after a failure. What the far end asked for is honoured up to a cap, and the jitter comes on top, so
    /// that not all clients come back at once. Without such a wish, a failure among many successes costs no wait, if
    /// `may_hurry`.
    pub(crate) fn next(&mut self, retry_after: Option<Duration>, may_hurry: bool, rng: &mut Rng) -> Duration {
        let bound = self.bound();
        self.failures = self.failures.saturating_add(1);
        if retry_after.is_none() && may_hurry && self.savings >= SUCCESSES_PER_HURRY {
            self.savings -= SUCCESSES_PER_HURRY;
            return Duration::ZERO;
        }
        let share = rng().clamp(0.0, 1.0);
        let jitter = if bound == self.policy.max_delay {
            bound.mul_f64(0.5 + share / 2.0)
        } else {
            bound.mul_f64(share)
        };
        self.asked(retry_after) + jitter
    }

    /// What the far end asked for, capped.
    pub(crate) fn asked(&self, retry_after: Option<Duration>) -> Duration {
        retry_after.unwrap_or_default().min(self.policy.max_retry_after)
    }

    fn bound(&self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.policy
            .initial_delay
            .saturating_mul(factor)
            .min(self.policy.max_delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(number: f64) -> Rng {
        Box::new(move || number)
    }

    #[test]
    fn bounds_double_up_to_the_cap() {
        let mut backoff = Backoff::new(RetryPolicy::default());
        let mut rng = fixed(1.0);
        let waits: Vec<u64> = (0..11)
            .map(|_| backoff.next(None, true, &mut rng).as_millis().try_into().unwrap())
            .collect();
        assert_eq!(
            waits,
            [
                500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000
            ]
        );
        for _ in 0..100 {
            backoff.next(None, true, &mut rng);
        }
        assert_eq!(backoff.next(None, true, &mut rng), Duration::from_secs(150));
        assert_eq!(
            backoff.next(None, true, &mut fixed(0.0)),
            Duration::from_secs(75),
            "who has waited long waits half of it at least"
        );
        backoff.reset();
        assert_eq!(
            backoff.next(None, true, &mut fixed(0.5)),
            Duration::from_millis(250)
        );
    }

    #[test]
    fn the_far_end_is_obeyed_up_to_a_cap() {
        let mut backoff = Backoff::new(RetryPolicy::default());
        let mut rng = fixed(0.0);
        assert_eq!(
            backoff.next(Some(Duration::from_secs(120)), true, &mut rng),
            Duration::from_secs(120)
        );
        assert_eq!(
            backoff.next(Some(Duration::from_secs(9999)), true, &mut rng),
            Duration::from_secs(120)
        );
    }

    #[test]
    fn a_failure_among_successes_costs_no_wait() {
        let mut backoff = Backoff::new(RetryPolicy::default());
        let mut rng = fixed(1.0);
        (0..3).for_each(|_| backoff.save());
        assert!(!backoff.next(None, true, &mut rng).is_zero());
        backoff.save();
        assert!(
            !backoff.next(None, false, &mut rng).is_zero(),
            "a connection is not hurried"
        );
        assert!(backoff.next(None, true, &mut rng).is_zero());
        assert!(!backoff.next(None, true, &mut rng).is_zero());
        (0..1000).for_each(|_| backoff.save());
        let hurried = (0..100)
            .filter(|_| backoff.next(None, true, &mut rng).is_zero())
            .count();
        assert_eq!(hurried, 10);
    }
}
