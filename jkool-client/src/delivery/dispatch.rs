//! What is sent next.

use jkool_transport::{Record, Refusal, RefusalKind};
use tokio::time::Instant;

use super::Delivery;
use super::backlog::Backlog;
use super::closing::Closing;
use super::flight::{Attempt, Flight};
use super::pending::Pending;
use crate::channel::ChannelNames;

impl Delivery {
    /// Starts as many sends as the link, the order and the present trouble allow.
    pub(super) fn dispatch(&mut self, now: Instant) {
        if self.closing.as_ref().is_some_and(Closing::is_stashing) {
            return;
        }
        let Some((link, transport, mut limits)) = self.link.up() else {
            return;
        };
        let mut window = self.settings.in_flight.min(limits.max_sends).max(1);
        if self.settings.is_ordered {
            window = window.min(limits.ordered_sends).max(1);
        }
        if let Some(hold) = &self.hold {
            // The oldest record probes, alone.
            if hold.next_probe > now
                || self
                    .flights
                    .iter()
                    .any(|flight| flight.attempt.round == self.round)
            {
                return;
            }
            limits = limits.batch(1, limits.max_batch_bytes);
            window = self.flights.len() + 1;
        } else if self.pause.is_some_and(|pause| pause > now) {
            return;
        }
        while self.flights.len() < window {
            if self.settings.is_ordered
                && self
                    .flights
                    .iter()
                    .any(|flight| flight.attempt.round != self.round)
            {
                return;
            }
            self.refuse_oversized(limits.max_record_bytes);
            let records = self.backlog.lock().take_batch(&limits);
            if records.is_empty() {
                return;
            }
            let channels = &mut self.channels;
            self.flights.push(Flight::launch(
                self.next_flight,
                (link, &transport),
                Attempt {
                    round: self.round,
                    since: Instant::now(),
                },
                records,
                |pending| as_record(pending, channels),
                self.settings.delivery_timeout,
                &self.news,
            ));
            self.next_flight += 1;
        }
    }

    /// The oldest records must not block the others because no link could ever carry them.
    pub(super) fn refuse_oversized(&mut self, max_record_bytes: usize) {
        let is_oversized = |oldest: &Pending| oldest.body.len() > max_record_bytes;
        let next = |backlog: &Backlog| backlog.lock().take_oldest_if(is_oversized);
        while let Some(oldest) = next(&self.backlog) {
            let reason = format!(
                "its {} bytes are more than the {max_record_bytes} of this link",
                oldest.body.len()
            );
            self.bury(oldest, Refusal::new(RefusalKind::TooLarge, reason));
        }
    }
}

/// The record as transports see it.
pub(super) fn as_record(pending: &Pending, channels: &mut ChannelNames) -> Record {
    Record::new(
        pending.entry.kind,
        channels.get(pending.entry.channel),
        pending.body.clone(),
    )
}
