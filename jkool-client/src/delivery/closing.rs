//! The end: what can be delivered in time is, and what is left is counted.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Delivery;
use crate::completion::Completion;
use crate::queue::Gate;
use crate::{DropReason, Health};

/// What the transport gets for its farewell, if the deadline leaves less.
const FAREWELL: Duration = Duration::from_millis(100);

/// What a slow disk gets for the last dead letters.
const DEAD_LETTERS: Duration = Duration::from_millis(200);

/// A deadline that is as good as none.
const FAR_AWAY: Duration = Duration::from_secs(10 * 365 * 86_400);

/// The client is being closed, or the worker has given up.
#[derive(Debug)]
pub(super) struct Closing {
    reason: DropReason,
    /// The latest deadline of those who wait: nothing is lost that somebody would have waited for.
    deadline: Instant,
    waiters: Vec<Waiter>,
    is_over: bool,
}

#[derive(Debug)]
struct Waiter {
    deadline: Instant,
    done: Arc<Completion<u64>>,
}

impl Closing {
    /// Why records are no longer kept for another try; `None` while there is time.
    pub(super) fn reason_to_drop(&self, now: Instant) -> Option<DropReason> {
        (self.is_over || self.deadline <= now).then_some(self.reason)
    }

    /// When somebody has to be answered.
    pub(super) fn next_due(&self) -> Option<Instant> {
        // Once it is over, only the landing of the last flights is awaited.
        self.waiters
            .iter()
            .map(|waiter| waiter.deadline)
            .chain([self.deadline])
            .min()
            .filter(|_| !self.is_over)
    }
}

impl Delivery {
    /// Somebody wants the client closed within this time. Callers have shut the queue before.
    pub(super) fn begin_closing(&mut self, now: Instant, within: Duration, done: Arc<Completion<u64>>) {
        let deadline = now + within.min(FAR_AWAY);
        let closing = self.closing.get_or_insert_with(|| Closing {
            reason: DropReason::Closed,
            deadline,
            waiters: Vec::new(),
            is_over: false,
        });
        closing.deadline = closing.deadline.max(deadline);
        closing.waiters.push(Waiter { deadline, done });
        // One try more, whatever the present wait is: there may be no other.
        self.try_now(now);
    }

    /// Ends what must end; returns whether all is over.
    pub(super) async fn has_closed(&mut self, now: Instant) -> bool {
        if self.is_beyond_help() {
            self.disable(now);
        }
        let pending = self.pending();
        let Some(closing) = &mut self.closing else {
            return false;
        };
        let last = closing.deadline;
        closing.waiters.retain(|waiter| {
            let is_impatient = waiter.deadline <= now && waiter.deadline < last;
            if is_impatient {
                waiter.done.complete(pending);
            }
            !is_impatient
        });
        if !closing.is_over && last <= now {
            closing.is_over = true;
            let reason = closing.reason;
            self.drop_all(reason);
        }
        if !self.backlog.lock().is_empty() || !self.flights.is_empty() {
            return false;
        }
        self.say_farewell(last, now).await;
        self.end();
        true
    }

    /// Gives up without another turn of the loop, which could only panic again.
    pub(crate) fn abandon(mut self) {
        self.disable(Instant::now());
        self.drop_all(DropReason::Disabled);
        for pending in std::mem::take(&mut self.flights)
            .into_iter()
            .flat_map(|flight| flight.records)
            .flatten()
        {
            pending.give_up(DropReason::Disabled, None);
        }
        self.link.drop();
        self.end();
    }

    fn disable(&mut self, now: Instant) {
        self.reader.queue().shut(Gate::Disabled);
        self.drain(now);
        let waiters = self
            .closing
            .take()
            .map(|closing| closing.waiters)
            .unwrap_or_default();
        self.closing = Some(Closing {
            reason: DropReason::Disabled,
            deadline: now,
            waiters,
            is_over: false,
        });
        self.panics_in_row = 0;
    }

    fn drop_all(&mut self, reason: DropReason) {
        let trouble = self.ledger.trouble();
        let next = || self.backlog.lock().take_oldest();
        while let Some(pending) = next() {
            pending.give_up(reason, trouble.as_ref());
        }
        for flight in &mut self.flights {
            flight.cancel();
        }
    }

    async fn say_farewell(&mut self, deadline: Instant, now: Instant) {
        if let Some((_, transport, _)) = self.link.up() {
            let deadline = deadline.max(now + FAREWELL);
            // In a task, so that a panic of the transport ends no more than its farewell.
            let farewell = tokio::spawn(async move { transport.close(deadline.into_std()).await });
            let _ = tokio::time::timeout_at(deadline, farewell).await;
        }
        self.link.drop();
    }

    fn end(&mut self) {
        let Some(closing) = self.closing.take() else {
            return;
        };
        let left = self.ledger.dropped(closing.reason).get();
        self.show(match closing.reason {
            DropReason::Disabled => Health::Disabled,
            _ => Health::Closed,
        });
        self.settings.hooks.finish(DEAD_LETTERS);
        self.mailbox.end(left);
        self.answer_flushes();
        for waiter in closing.waiters {
            waiter.done.complete(left);
        }
    }

    fn pending(&self) -> u64 {
        u64::try_from(self.reader.queue().pending()).unwrap_or(u64::MAX)
    }
}
