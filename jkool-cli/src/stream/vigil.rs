//! Whether it makes sense to go on.

use std::time::{Duration, Instant};

use jkool_client::{ErrorKind, Health, HoldCause, Stats};

use crate::failure::{Failure, Status};

/// How long a host name may be unknown. A resolver may stumble, but most often the name is wrong.
const PATIENCE_WITH_NAMES: Duration = Duration::from_secs(2);

/// Whoever is that patient has somewhere to put what waits.
const LONG: Duration = Duration::from_secs(100 * 86_400);

/// Remembers when something last got through.
#[derive(Debug)]
pub(crate) struct Vigil {
    timeout: Duration,
    settled: u64,
    /// When something was settled last, or nothing was to be sent.
    since: Instant,
    is_trouble_told: bool,
}

/// What to do next.
#[derive(Debug)]
pub(crate) enum Advice {
    GoOn,
    /// Go on, and tell this.
    Tell(String),
    GiveUp(Failure),
}

impl Vigil {
    pub(crate) fn new(timeout: Duration, now: Instant) -> Self {
        Self {
            timeout,
            settled: 0,
            since: now,
            is_trouble_told: false,
        }
    }

    /// Judges how it stands.
    pub(crate) fn judge(&mut self, stats: &Stats, health: &Health, now: Instant) -> Advice {
        let settled = stats.delivered + stats.handed + stats.dropped.total();
        if settled != self.settled || stats.pending == 0 {
            self.settled = settled;
            self.since = now;
        }
        let stalled = now.saturating_duration_since(self.since);
        if matches!(health, Health::Disabled) {
            let reason = "the client gave up after too many internal errors";
            return Advice::GiveUp(Failure::new(Status::NotDelivered, anyhow::Error::msg(reason)));
        }
        // What never worked is set up wrongly; what worked once may work again, and what was read would be lost.
        let has_worked = stats.delivered + stats.handed > 0;
        let is_hopeless = match health {
            Health::Holding { .. } => !has_worked,
            Health::Retrying { trouble, .. } => {
                !has_worked && trouble.kind() == ErrorKind::Resolve && stalled >= PATIENCE_WITH_NAMES
            }
            _ => false,
        };
        if is_hopeless || stalled >= self.timeout {
            return Advice::GiveUp(failure(health));
        }
        match health {
            Health::Holding { cause, .. } if !self.is_trouble_told => self.tell(cause, stalled),
            Health::Retrying { trouble, .. } if !self.is_trouble_told => self.tell(trouble, stalled),
            Health::Healthy => {
                self.is_trouble_told = false;
                Advice::GoOn
            }
            _ => Advice::GoOn,
        }
    }

    fn tell(&mut self, trouble: &dyn std::fmt::Display, stalled: Duration) -> Advice {
        self.is_trouble_told = true;
        if self.timeout > LONG {
            return Advice::Tell(format!("{trouble}; what is read waits on disk"));
        }
        let left = self.timeout.saturating_sub(stalled).as_secs_f64().ceil();
        Advice::Tell(format!("{trouble}; trying for {left} s more"))
    }
}

fn failure(health: &Health) -> Failure {
    match health {
        Health::Holding {
            cause: HoldCause::Trouble(trouble),
            ..
        }
        | Health::Retrying { trouble, .. } => Failure::from(trouble.clone()),
        Health::Holding { cause, .. } => {
            Failure::new(Status::NotDelivered, anyhow::Error::msg(cause.to_string()))
        }
        _ => Failure::new(
            Status::Unreachable,
            anyhow::Error::msg("no answer in time; a longer --timeout may help"),
        ),
    }
}
