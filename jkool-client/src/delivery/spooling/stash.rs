//! The end: what is left goes to the disk.

use std::time::Duration;

use crate::DropReason;
use crate::delivery::Delivery;

impl Delivery {
    /// What is left goes to the disk, and is delivered by the next client that uses it.
    pub(in crate::delivery) fn stash(&mut self) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        lane.is_closing = true;
        lane.is_spilling = true;
        lane.is_down = false;
        lane.retry_at = None;
        // What is on disk already stays there; its receipts hear of it as it is dropped.
        let stays = self.backlog.lock().divert_all();
        drop(stays);
    }

    /// Nothing more can be stored: what waits for that is given up.
    pub(in crate::delivery) fn give_up_unstored(&mut self, reason: DropReason) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        let mut left = lane.commits.take_waiting();
        let trouble = self.ledger.trouble();
        left.extend(std::iter::from_fn(|| {
            self.backlog.lock().take_from_annex_if(|_| true)
        }));
        for pending in left {
            pending.give_up(reason, trouble.as_ref());
        }
    }

    /// Closes the spool, within so long.
    pub(in crate::delivery) async fn close_spool(&mut self, within: Duration) {
        self.remove();
        let Some(lane) = &mut self.spool else {
            return;
        };
        lane.tracked.leave_all();
        let closed = lane.handle.close_async(within);
        let _ = tokio::time::timeout(within, closed).await;
    }
}
