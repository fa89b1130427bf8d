//! Lets so many events pass in a second, with one number and no lock.

use std::sync::atomic::{AtomicU64, Ordering};

use jkool_model::Severity;

use super::RateLimit;

/// Time is counted in sixteenths of a nanosecond, so that high rates are kept exactly enough; it lasts for 36 years.
const TICKS_PER_NANO: u64 = 16;

const TICKS_PER_SECOND: u64 = TICKS_PER_NANO * 1_000_000_000;

/// A bucket by the generic cell rate algorithm: it remembers when it will be full again.
#[derive(Debug)]
pub(super) struct TokenBucket {
    /// How long a token takes to come; rounded up, so that never too many do.
    interval: u64,
    /// How far ahead of the clock the bucket may be filled: all tokens but one.
    slack: u64,
    exempt: Option<Severity>,
    /// When all tokens will be there.
    full_at: AtomicU64,
}

impl TokenBucket {
    /// A full bucket.
    pub(super) fn new(limit: RateLimit) -> Self {
        let interval = TICKS_PER_SECOND.div_ceil(u64::from(limit.per_second.max(1)));
        TokenBucket {
            interval,
            slack: interval.saturating_mul(u64::from(limit.burst.saturating_sub(1))),
            exempt: limit.exempt,
            full_at: AtomicU64::new(0),
        }
    }

    /// Whether what is that severe passes in any case.
    pub(super) fn is_exempt(&self, severity: Option<Severity>) -> bool {
        matches!((self.exempt, severity), (Some(exempt), Some(severity)) if severity >= exempt)
    }

    /// Takes a token, if there is one at this time.
    #[inline]
    pub(super) fn take(&self, nanos: u64) -> bool {
        let now = nanos.saturating_mul(TICKS_PER_NANO);
        let taken = self
            .full_at
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                let has_token = full_at <= now.saturating_add(self.slack);
                has_token.then(|| full_at.max(now).saturating_add(self.interval))
            });
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn passed(bucket: &TokenBucket, times: impl IntoIterator<Item = u64>) -> usize {
        times.into_iter().filter(|nanos| bucket.take(*nanos)).count()
    }

    #[test]
    fn a_burst_then_the_rate_then_a_burst_again() {
        let bucket = TokenBucket::new(RateLimit::per_second(10).burst(3));
        assert_eq!(passed(&bucket, [5; 9]), 3);
        // Within a second ten more come, one each tenth.
        assert_eq!(
            passed(&bucket, (1..=1_000).map(|milli| milli * 1_000_000 + 5)),
            10
        );
        assert_eq!(passed(&bucket, [60 * SECOND; 9]), 3);
    }

    #[test]
    fn the_extremes_hold() {
        let bucket = TokenBucket::new(RateLimit::per_second(1).burst(u32::MAX));
        assert_eq!(passed(&bucket, [0; 1_000]), 1_000);
        let bucket = TokenBucket::new(RateLimit::per_second(u32::MAX).burst(1));
        assert_eq!(passed(&bucket, [7; 9]), 1);
        assert_eq!(
            passed(&bucket, [u64::MAX; 9]),
            9,
            "the end of time lets everything pass"
        );
    }

    #[test]
    fn only_what_is_severe_enough_is_exempt() {
        let bucket = TokenBucket::new(RateLimit::per_second(1).exempt(Severity::Error));
        assert!(bucket.is_exempt(Some(Severity::Error)) && bucket.is_exempt(Some(Severity::Halt)));
        assert!(!bucket.is_exempt(Some(Severity::Warning)) && !bucket.is_exempt(None));
        assert!(!TokenBucket::new(RateLimit::per_second(1)).is_exempt(Some(Severity::Halt)));
    }

    #[test]
    fn threads_together_take_no_more_than_there_is() {
        let bucket = TokenBucket::new(RateLimit::per_second(1).burst(1_000));
        let taken: usize = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| passed(&bucket, [9; 1_000])));
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1_000);
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate_times_the_time(
            per_second in prop_oneof![1..20_u32, 1..2_000_000_000_u32],
            burst in 1..200_u32,
            steps in prop::collection::vec(prop_oneof![0..9_u64, 0..SECOND], 1..400),
        ) {
            let bucket = TokenBucket::new(RateLimit::per_second(per_second).burst(burst));
            let mut now = 0;
            let mut passes = Vec::new();
            for step in steps {
                now += step;
                if bucket.take(now) {
                    passes.push(now);
                }
            }
            for (first, start) in passes.iter().enumerate() {
                for (last, end) in passes.iter().enumerate().skip(first) {
                    let most = u128::from(burst)
                        + u128::from(end - start) * u128::from(per_second) / u128::from(SECOND);
                    prop_assert!((last - first + 1) as u128 <= most);
                }
            }
            // The bucket fills up again.
            let later = now + u64::from(burst) * (SECOND / u64::from(per_second) + 1);
            prop_assert_eq!(passed(&bucket, vec![later; 300]), burst as usize);
        }
    }
}
