//! From the disk to what is ready.

use tokio::time::Instant;

use super::{DiskNews, DiskPlace, kind};
use crate::delivery::Delivery;
use crate::delivery::flight::News;
use crate::delivery::pending::Pending;
use crate::queue::Entry;
use crate::spool::Spooled;

/// How many records are read at once, and how many bytes of them.
const READ_RECORDS: usize = 1_024;
const READ_BYTES: usize = 1 << 20;

/// More are read when fewer than this, and fewer bytes than are read at once, are ready.
const FEW: usize = 512;

impl Delivery {
    /// Asks for more records, if few are ready.
    pub(super) fn read_ahead(&mut self) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        if lane.is_reading || lane.is_closing || !self.backlog.lock().has_few_ready(FEW, READ_BYTES) {
            return;
        }
        lane.is_reading = true;
        let batch = lane.handle.next_batch(READ_RECORDS, READ_BYTES);
        let news = self.news.clone();
        tokio::spawn(async move {
            let batch = batch.await;
            let _ = news.send(News::Disk(DiskNews::Read(batch)));
        });
    }

    pub(super) fn read(&mut self, records: Option<Vec<Spooled>>, now: Instant) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        let Some(records) = records else {
            return;
        };
        lane.is_reading = false;
        if let Some(first) = records.first() {
            lane.superfluous.forget_other_files(first.id);
        }
        let mut lanes = self.backlog.lock();
        for Spooled { id, record } in records {
            if lane.superfluous.remove(id) {
                lane.vacated.add(id);
                continue;
            }
            lane.read += 1;
            lane.tracked.lose_before(id);
            let entry = Entry {
                kind: kind::of(record.kind),
                channel: self.channels.intern(&record.channel),
            };
            let place = DiskPlace::new(id, &lane.vacated);
            let receipt = lane.tracked.remove(id);
            lanes.push_from_disk(|rank| {
                Pending::spooled((record.body, entry), rank, now, place, receipt, &self.ledger)
            });
        }
        let stays = if lane.is_closing {
            lanes.divert_all()
        } else {
            Vec::new()
        };
        drop(lanes);
        drop(stays);
    }

    /// Tells the spool what is settled.
    pub(super) fn remove(&mut self) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        let vacated = lane.vacated.take();
        if !vacated.is_empty() {
            lane.removals += vacated.len() as u64;
            lane.handle.remove(vacated);
        }
    }
}
