//! What the tasks report, and what becomes of each record.

use jkool_transport::{ErrorKind, Outcome, Refusal, Settled, TransportError};
use tokio::time::Instant;

use super::Delivery;
use super::closing::Closing;
use super::dispatch::as_record;
use super::flight::{Attempt, End, News};
use super::pending::Pending;
use super::verdict::{Verdict, verdict};
use crate::{DeadLetter, DropReason};

impl Delivery {
    /// Takes note of what a task reports.
    pub(super) fn hear(&mut self, news: News, now: Instant) {
        match news {
            News::Settled { flight, settled } => self.settle(flight, settled, now),
            News::Landed { flight, settled, end } => self.land(flight, settled, end, now),
            News::Connected {
                link,
                result,
                has_panicked,
            } => self.connected(link, result, has_panicked, now),
            News::Checked => self.try_now(now),
            #[cfg(feature = "spool")]
            News::Disk(news) => self.hear_of_disk(news, now),
        }
    }

    fn settle(&mut self, flight: u64, settled: Vec<Settled>, now: Instant) {
        for Settled { index, outcome } in settled {
            let Some(flight) = self.flights.iter_mut().find(|other| other.id == flight) else {
                return;
            };
            let attempt = flight.attempt;
            flight.has_settled(now);
            if let Some(pending) = flight.records.get_mut(index).and_then(Option::take) {
                self.close_record(pending, outcome, attempt, now);
            }
        }
    }

    fn land(&mut self, id: u64, settled: Vec<Settled>, end: End, now: Instant) {
        self.settle(id, settled, now);
        let Some(index) = self.flights.iter().position(|flight| flight.id == id) else {
            return;
        };
        let flight = self.flights.swap_remove(index);
        let (attempt, link) = (flight.attempt, flight.link);
        // Only a transport that breaks the contract of its report leaves a record open here.
        for pending in flight.records.into_iter().flatten() {
            let error = TransportError::new(
                ErrorKind::Io,
                "the transport did not tell what became of the record",
            );
            self.close_record(pending, Outcome::Unknown(error), attempt, now);
        }
        let error = match end {
            End::Done | End::Cancelled => return,
            End::LinkFailed(error) => error,
            End::Panicked => {
                self.count_panic();
                TransportError::new(ErrorKind::Io, "the transport panicked while it sent")
            }
        };
        if self.link.is(link) {
            self.link.drop();
        }
        self.trouble(error, attempt.round, true, now);
    }

    fn close_record(&mut self, pending: Pending, outcome: Outcome, attempt: Attempt, now: Instant) {
        let Attempt { round, since } = attempt;
        match verdict(outcome) {
            Verdict::Delivered => {
                self.note_times(&pending, since, now);
                pending.deliver();
                self.progress(round);
            }
            Verdict::Handed => {
                self.note_times(&pending, since, now);
                pending.hand_over();
                self.progress(round);
            }
            Verdict::Retry { error, is_in_doubt } => {
                self.keep(pending, &error, is_in_doubt, now);
                self.trouble(error, round, true, now);
            }
            Verdict::Hold { error, is_in_doubt } => {
                self.keep(pending, &error, is_in_doubt, now);
                self.trouble(error, round, false, now);
            }
            Verdict::DeadLetter(refusal) => {
                self.bury(pending, refusal.clone());
                self.refusal(refusal, round, now);
            }
        }
    }

    fn note_times(&self, pending: &Pending, sent: Instant, now: Instant) {
        let (send, delivery) = (now.duration_since(sent), now.duration_since(pending.since()));
        self.ledger.latency.note(send, delivery);
    }

    /// Keeps a record for another try, unless its time is over.
    fn keep(&mut self, pending: Pending, error: &TransportError, is_in_doubt: bool, now: Instant) {
        if let Some(reason) = self
            .closing
            .as_ref()
            .and_then(|closing| closing.reason_to_drop(now))
        {
            pending.end(reason, Some(error));
        } else if pending.is_expired(now, self.settings.delivery_timeout) {
            pending.give_up(DropReason::Expired, Some(error));
        } else {
            self.ledger.retries.add_one();
            if is_in_doubt {
                self.ledger.retries_in_doubt.add_one();
            }
            let is_stashing = self.closing.as_ref().is_some_and(Closing::is_stashing);
            let stays = self.backlog.lock().put_back(pending, is_stashing);
            drop(stays);
        }
    }

    /// Gives up a record that will never be taken.
    pub(super) fn bury(&mut self, pending: Pending, refusal: Refusal) {
        let record = as_record(&pending, &mut self.channels);
        pending.refuse(&refusal);
        self.settings
            .hooks
            .dead_letter(&DeadLetter::new(record, refusal), &self.ledger);
    }
}
