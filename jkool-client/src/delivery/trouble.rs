//! What failures and successes mean for all records: waits, holds and alarms.

use jkool_transport::{Handling, Refusal, TransportError};
use tokio::time::Instant;

use super::Delivery;
use crate::{Alarm, Health, HoldCause};

/// So many different records refused in a row mean that the fault is not in the records.
pub(super) const MAX_REFUSALS: u32 = 20;

/// Everything is held back.
#[derive(Debug)]
pub(super) struct Hold {
    /// When the oldest record probes.
    pub(super) next_probe: Instant,
    /// Whether refusals are the cause, so that another refusal is no sign of recovery.
    is_for_refusals: bool,
}

impl Delivery {
    /// A try of this round failed. `may_hurry` says whether it may be tried again at once.
    pub(super) fn trouble(&mut self, error: TransportError, round: u64, may_hurry: bool, now: Instant) {
        let is_news = round == self.round;
        if self.hold.is_some() {
            if is_news {
                self.put_off_probe(now);
                // The next probe connects afresh, with the token as it is then.
                self.link.drop();
                self.show_trouble(now, |since| Health::Holding {
                    cause: HoldCause::Trouble(error),
                    since,
                });
            }
            return;
        }
        match error.kind().handling() {
            Handling::Hold if is_news => self.begin_hold(HoldCause::Trouble(error), now),
            // An old flight with an old token: its records are tried again, and then it will show.
            Handling::Hold => {}
            Handling::Retry if is_news => {
                let wait = self.backoff.next(error.retry_after(), may_hurry, &mut self.rng);
                self.pause = Some(now + wait);
                self.round += 1;
                self.is_healthy = false;
                let failures = self.backoff.failures();
                self.show_trouble(now, |since| Health::Retrying {
                    trouble: error,
                    failures,
                    since,
                });
            }
            // An old flight: only what the far end asks for still counts.
            Handling::Retry => {
                let asked = now + self.backoff.asked(error.retry_after());
                self.pause = Some(self.pause.map_or(asked, |pause| pause.max(asked)));
            }
        }
    }

    /// A record of this round was taken.
    pub(super) fn progress(&mut self, round: u64) {
        self.backoff.save();
        self.refusals_in_row = 0;
        self.panics_in_row = 0;
        if round == self.round {
            self.recover();
        }
    }

    /// The far end refused a record of this round, and so it works, unless it refuses everything.
    pub(super) fn refusal(&mut self, last: Refusal, round: u64, now: Instant) {
        self.refusals_in_row += 1;
        let is_news = round == self.round;
        if self.hold.as_ref().is_some_and(|hold| hold.is_for_refusals) {
            if is_news {
                self.put_off_probe(now);
            }
        } else if self.refusals_in_row >= MAX_REFUSALS {
            let count = self.refusals_in_row;
            self.begin_hold(HoldCause::Refusals { count, last }, now);
        } else if is_news {
            self.recover();
        }
    }

    /// Ends the present wait, if any; a hold is not over, but probes now.
    pub(super) fn try_now(&mut self, now: Instant) {
        self.pause = None;
        if let Some(hold) = &mut self.hold {
            hold.next_probe = now;
        }
    }

    /// There is a new token: it is tried at once. What is under way with the old one says nothing about it.
    pub(super) fn renew(&mut self, now: Instant) {
        self.round += 1;
        self.link.drop();
        self.try_now(now);
    }

    /// A probe, or the connection for it, failed.
    fn put_off_probe(&mut self, now: Instant) {
        if let Some(hold) = &mut self.hold {
            hold.next_probe = now + self.settings.retry.probe_interval;
            self.round += 1;
        }
    }

    fn begin_hold(&mut self, cause: HoldCause, now: Instant) {
        self.hold = Some(Hold {
            next_probe: now + self.settings.retry.probe_interval,
            is_for_refusals: matches!(cause, HoldCause::Refusals { .. }),
        });
        self.round += 1;
        self.is_healthy = false;
        self.link.drop();
        self.ledger.holds.add_one();
        self.show_trouble(now, |since| Health::Holding {
            cause: cause.clone(),
            since,
        });
        let pending = self.reader.queue().pending();
        let alarm = || {
            let pending = u64::try_from(pending).unwrap_or(u64::MAX);
            Alarm::new(self.connect.endpoint().clone(), cause, pending)
        };
        self.settings.hooks.alarm(alarm, &self.ledger);
    }

    fn recover(&mut self) {
        if self.is_healthy {
            return;
        }
        self.is_healthy = true;
        self.hold = None;
        self.pause = None;
        self.backoff.reset();
        self.troubled_since = None;
        self.show(Health::Healthy);
    }

    fn show_trouble(&mut self, now: Instant, health: impl FnOnce(std::time::Instant) -> Health) {
        let since = *self.troubled_since.get_or_insert(now);
        self.show(health(since.into_std()));
    }

    /// Shows how streaming is going, and tells the host if that is something else than before.
    pub(super) fn show(&mut self, health: Health) {
        if self.ledger.set_health(health.clone()) {
            self.settings.hooks.health(|| health, &self.ledger);
        }
    }
}
