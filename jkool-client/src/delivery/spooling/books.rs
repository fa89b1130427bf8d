//! The books on what is on disk, compared with the spool's.

use crate::DropReason;
use crate::delivery::Delivery;

impl Delivery {
    /// How many records are on disk and were not read.
    pub(super) fn unread(&self) -> u64 {
        let read = self.spool.as_ref().map_or(0, |lane| lane.read);
        self.ledger.ever_stored().saturating_sub(read)
    }

    /// What the spool has gained or lost by itself: leavings of dead processes, damaged files.
    pub(in crate::delivery) fn compare_books(&mut self) {
        // What is settled and not told yet would look like a gain.
        self.remove();
        let Some(lane) = &mut self.spool else {
            return;
        };
        let census = lane.handle.census();
        if census.stored != lane.stored || census.removals != lane.removals {
            return;
        }
        let (expected, superfluous) = (self.ledger.in_spool(), lane.superfluous.len());
        let records = census.records.saturating_sub(superfluous);
        if records > expected {
            self.ledger.adopted.add(records - expected);
            lane.is_spilling = true;
            for flush in &mut self.flushes {
                flush.wait_for_more(records - expected);
            }
        } else if records < expected {
            let lost = expected - records;
            self.ledger.dropped(DropReason::Damaged).add(lost);
            self.backlog.lock().skip_exits(lost);
            if records == 0 {
                lane.tracked.lose_all();
            }
        }
    }
}
