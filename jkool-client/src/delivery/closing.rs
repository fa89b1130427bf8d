//! The end: what can be delivered in time is, and what is left is counted.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Delivery;
use super::command::Left;
use crate::completion::Completion;
use crate::queue::Gate;
use crate::{DropReason, Health};

/// What the transport gets for its farewell, if the deadline leaves less.
const FAREWELL: Duration = Duration::from_millis(100);

/// What a slow disk gets for the last dead letters.
const DEAD_LETTERS: Duration = Duration::from_millis(100);

/// A deadline that is as good as none.
const FAR_AWAY: Duration = Duration::from_secs(10 * 365 * 86_400);

/// What the disk gets beyond the deadline to store what is left.
const STASH: Duration = Duration::from_millis(550);

/// What is left goes to the disk so long before the deadline, or a quarter of the time, if that is less.
const STASH_AHEAD: Duration = Duration::from_secs(1);

/// What closing the spool may take after that.
const SPOOL: Duration = Duration::from_millis(150);

/// The client is being closed, or the worker has given up.
#[derive(Debug)]
pub(super) struct Closing {
    reason: DropReason,
    /// The latest deadline of those who wait: nothing is lost that somebody would have waited for.
    deadline: Instant,
    /// When what is left goes to the disk, if there is a spool and that has not happened yet.
    stash_at: Option<Instant>,
    waiters: Vec<Waiter>,
    is_stashing: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Waiter {
    deadline: Instant,
    done: Arc<Completion<Left>>,
}

impl Closing {
    /// Why records are no longer kept for another try; `None` while there is time.
    pub(super) fn reason_to_drop(&self, now: Instant) -> Option<DropReason> {
        (self.is_over || self.ends() <= now).then_some(self.reason)
    }

    /// Whether nothing is sent any more, and all goes to the disk.
    pub(super) fn is_stashing(&self) -> bool {
        self.is_stashing
    }

    /// When somebody has to be answered, or something given up.
    pub(super) fn next_due(&self) -> Option<Instant> {
        // Once it is over, only the landing of the last flights is awaited.
        self.waiters
            .iter()
            .map(|waiter| waiter.deadline)
            .filter(|deadline| *deadline < self.deadline)
            .chain(self.stash_at)
            .chain([self.ends()])
            .min()
            .filter(|_| !self.is_over)
    }

    /// When what is left is given up.
    fn ends(&self) -> Instant {
        if self.is_stashing || self.stash_at.is_some() {
            self.deadline + STASH
        } else {
            self.deadline
        }
    }
}

impl Delivery {
    /// Somebody wants the client closed within this time. Callers have shut the queue before.
    pub(super) fn begin_closing(&mut self, now: Instant, within: Duration, done: Arc<Completion<Left>>) {
        let within = within.min(FAR_AWAY);
        let deadline = now + within;
        let stash_at = deadline - STASH_AHEAD.min(within / 4);
        let has_spool = self.spool.is_some();
        let closing = self.closing.get_or_insert_with(|| Closing {
            reason: DropReason::Closed,
            deadline,
            stash_at: has_spool.then_some(stash_at),
            waiters: Vec::new(),
            is_stashing: false,
            is_over: false,
        });
        closing.deadline = closing.deadline.max(deadline);
        closing.stash_at = closing.stash_at.map(|at| at.max(stash_at));
        closing.waiters.push(Waiter { deadline, done });
        // One try more, whatever the present wait is: there may be no other.
        self.try_now(now);
    }

    /// Ends what must end; returns whether all is over.
    pub(super) async fn has_closed(&mut self, now: Instant) -> bool {
        if self.is_beyond_help() {
            self.disable(now);
        }
        let left = Left {
            lost: self.pending_in_memory(),
            stored: self.ledger.in_spool(),
        };
        let Some(closing) = &mut self.closing else {
            return false;
        };
        let (deadline, ends) = (closing.deadline, closing.ends());
        closing.waiters.retain(|waiter| {
            let is_impatient = waiter.deadline <= now && waiter.deadline < deadline;
            if is_impatient {
                waiter.done.complete(left);
            }
            !is_impatient
        });
        if closing.stash_at.is_some_and(|at| at <= now) {
            closing.stash_at = None;
            closing.is_stashing = true;
            self.cancel_flights();
            self.stash();
            self.advance_spool(now);
        }
        if !self.is_over() && ends <= now {
            self.drop_all();
        }
        let is_stashing = self.closing.as_ref().is_some_and(Closing::is_stashing);
        let is_lane_done = if is_stashing || self.is_over() {
            self.unstored() == 0
        } else {
            self.spool_lane_len() == 0
        };
        if !self.backlog.lock().is_empty() || !self.flights.is_empty() || !is_lane_done {
            return false;
        }
        self.say_farewell(deadline, now).await;
        self.close_spool(SPOOL).await;
        self.end();
        true
    }

    /// Gives up without another turn of the loop, which could only panic again.
    pub(crate) fn abandon(mut self) {
        self.disable(Instant::now());
        self.drop_all();
        for pending in std::mem::take(&mut self.flights)
            .into_iter()
            .flat_map(|flight| flight.records)
            .flatten()
        {
            pending.end(DropReason::Disabled, None);
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
            stash_at: self.spool.is_some().then_some(now),
            waiters,
            is_stashing: false,
            is_over: false,
        });
        self.panics_in_row = 0;
    }

    /// The time is over: what is left is given up.
    fn drop_all(&mut self) {
        let Some(closing) = &mut self.closing else {
            return;
        };
        closing.is_over = true;
        let reason = closing.reason;
        let trouble = self.ledger.trouble();
        let next = || self.backlog.lock().take_oldest();
        while let Some(pending) = next() {
            pending.end(reason, trouble.as_ref());
        }
        self.give_up_unstored(reason);
        self.cancel_flights();
    }

    fn cancel_flights(&mut self) {
        for flight in &mut self.flights {
            flight.cancel();
        }
    }

    fn is_over(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.is_over)
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
        let left = Left {
            lost: self.ledger.dropped(closing.reason).get(),
            stored: self.ledger.in_spool(),
        };
        self.show(match closing.reason {
            DropReason::Disabled => Health::Disabled,
            _ => Health::Closed,
        });
        self.settings.hooks.finish(DEAD_LETTERS);
        self.mailbox.end(left);
        self.end_flushes();
        for waiter in closing.waiters {
            waiter.done.complete(left);
        }
    }

    /// How many records are pending, wherever they are.
    pub(super) fn pending(&self) -> u64 {
        self.pending_in_memory() + self.ledger.in_spool()
    }

    fn pending_in_memory(&self) -> u64 {
        self.reader.queue().pending() as u64
    }
}
