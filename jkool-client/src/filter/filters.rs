//! All filters of a client.

use std::time::Instant;

use super::{BeforeSend, Candidate, FilterReason, Repeats, Sampling, TargetLevels, TokenBucket};

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

    /// Lets something pass, with the number of its kind that were suppressed before; or says why not.
    #[inline]
    pub(crate) fn judge(&self, candidate: &impl Candidate) -> Result<u64, FilterReason> {
        if self.is_judging {
            self.judge_by_all(candidate)
        } else {
            Ok(0)
        }
    }

    /// The cheapest first; and what is suppressed as a repetition uses up no rate.
    fn judge_by_all(&self, candidate: &impl Candidate) -> Result<u64, FilterReason> {
        if let Some(sampling) = &self.sampling
            && !candidate.is_sampled(sampling)
        {
            return Err(FilterReason::Sampling);
        }
        if self.repeats.is_none() && self.rate.is_none() {
            return Ok(0);
        }
        // Five centuries fit.
        let now = self.clock.elapsed().as_nanos() as u64;
        let repetition = self
            .repeats
            .as_ref()
            .and_then(|repeats| Some((repeats, candidate.fingerprint(repeats.fingerprint())?)));
        let mut suppressed = 0;
        if let Some((repeats, print)) = repetition {
            suppressed = repeats.pass(print, now).ok_or(FilterReason::Repeat)?;
        }
        if let Some(rate) = &self.rate
            && !rate.is_exempt(candidate.severity())
            && !rate.take(now)
        {
            if let Some((repeats, print)) = repetition {
                repeats.take_back(print, suppressed);
            }
            return Err(FilterReason::RateLimit);
        }
        Ok(suppressed)
    }
}
