//! All filters of a client.

use std::time::Instant;

use super::{BeforeSend, Candidate, FilterReason, Fingerprint, Repeats, Sampling, TargetLevels, TokenBucket};

/// All filters of a client, each of them off by default, but for the level.
///
/// Who sends asks the level first, which it may know beforehand, then [`judge`](Self::judge), and at last the hook, with
/// the entity itself.
#[derive(Debug)]
pub(crate) struct Filters {
    pub(crate) levels: TargetLevels,
    pub(crate) sampling: Option<Sampling>,
    repeats: Option<Repeats>,
    rate: Option<TokenBucket>,
    pub(crate) before_send: Option<BeforeSend>,
    /// Whether there is anything to judge by.
    is_judging: bool,
    clock: Instant,
}

/// What passed, and what is to be known of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    /// How many of its kind were suppressed before it.
    pub(crate) suppressed: u64,
    print: Option<Fingerprint>,
}

impl Passed {
    /// The same, when what was suppressed is told elsewhere.
    pub(crate) fn told(self) -> Self {
        Passed {
            suppressed: 0,
            ..self
        }
    }
}

impl Filters {
    pub(super) fn new(
        levels: TargetLevels,
        sampling: Option<Sampling>,
        repeats: Option<Repeats>,
        rate: Option<TokenBucket>,
        before_send: Option<BeforeSend>,
    ) -> Self {
        Filters {
            is_judging: sampling.is_some() || repeats.is_some() || rate.is_some(),
            levels,
            sampling,
            repeats,
            rate,
            before_send,
            clock: Instant::now(),
        }
    }

    /// Lets something pass, or says why not.
    #[inline]
    pub(crate) fn judge(&self, candidate: &impl Candidate) -> Result<Passed, FilterReason> {
        if self.is_judging {
            self.judge_by_all(candidate)
        } else {
            Ok(Passed::default())
        }
    }

    /// What passed was not sent after all: the next one of its kind is no repetition.
    #[inline]
    pub(crate) fn take_back(&self, passed: Passed) {
        if let (Some(repeats), Some(print)) = (&self.repeats, passed.print) {
            repeats.take_back(print, passed.suppressed);
        }
    }

    /// The cheapest first; and what is suppressed as a repetition uses up no rate.
    fn judge_by_all(&self, candidate: &impl Candidate) -> Result<Passed, FilterReason> {
        if let Some(sampling) = &self.sampling
            && !candidate.is_sampled(sampling)
        {
            return Err(FilterReason::Sampling);
        }
        if self.repeats.is_none() && self.rate.is_none() {
            return Ok(Passed::default());
        }
        // Five centuries fit.
        let now = self.clock.elapsed().as_nanos() as u64;
        let mut passed = Passed::default();
        if let Some(repeats) = &self.repeats
            && let Some(print) = candidate.fingerprint(repeats.fingerprint())
        {
            passed.suppressed = repeats.pass(print, now).ok_or(FilterReason::Repeat)?;
            passed.print = Some(print);
        }
        if let Some(rate) = &self.rate
            && !rate.is_exempt(candidate.severity())
            && !rate.take(now)
        {
            self.take_back(passed);
            return Err(FilterReason::RateLimit);
        }
        Ok(passed)
    }
}
