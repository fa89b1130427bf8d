//! What takes too long: records and links.

use tokio::time::Instant;

use super::Delivery;
use crate::DropReason;

impl Delivery {
    /// Gives up what is too old, waiting or under way, and a link that has stalled.
    pub(super) fn expire(&mut self, now: Instant) {
        let timeout = self.settings.delivery_timeout;
        let next = || {
            self.backlog
                .lock()
                .take_oldest_if(|oldest| oldest.is_expired(now, timeout))
        };
        while let Some(oldest) = next() {
            oldest.give_up(DropReason::Expired, self.ledger.trouble().as_ref());
        }
        let next = || {
            self.backlog
                .lock()
                .take_from_annex_if(|oldest| oldest.is_expired(now, timeout))
        };
        while let Some(oldest) = next() {
            oldest.give_up(DropReason::Expired, self.ledger.trouble().as_ref());
        }
        for flight in &mut self.flights {
            let is_stalled = flight.is_stalled(now);
            if is_stalled && self.link.is(flight.link) {
                self.link.drop();
            }
            if is_stalled || flight.is_expired(now) {
                flight.cancel();
            }
        }
    }
}
