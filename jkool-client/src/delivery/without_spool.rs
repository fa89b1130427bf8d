//! In a build without the feature `spool`: nothing ever goes through the disk.

use std::time::Duration;

use tokio::time::Instant;

use super::Delivery;
use crate::DropReason;

/// A way through the disk, of which there is none.
#[derive(Debug)]
pub(crate) enum SpoolLane {}

impl SpoolLane {
    pub(super) fn takes_new(&self) -> bool {
        match *self {}
    }
}

impl Delivery {
    pub(super) fn advance_spool(&mut self, _now: Instant) {}

    pub(super) fn compare_books(&mut self) {}

    pub(super) fn spool_due(&self) -> Option<Instant> {
        None
    }

    pub(super) fn spool_lane_len(&self) -> u64 {
        0
    }

    pub(super) fn unstored(&self) -> usize {
        0
    }

    pub(super) fn stash(&mut self) {}

    pub(super) fn give_up_unstored(&mut self, _reason: DropReason) {}

    pub(super) async fn close_spool(&mut self, _within: Duration) {}
}
