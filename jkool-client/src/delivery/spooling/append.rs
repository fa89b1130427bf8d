//! From memory to the disk.

use tokio::time::Instant;

use super::{DiskNews, LOOK_AGAIN, kind};
use crate::delivery::Delivery;
use crate::delivery::flight::News;
use crate::spool::{HandedBack, HandedBackReason, SpoolId, SpoolRecord};

/// How many records are handed to the spool at once, and how many bytes of them.
const APPEND_RECORDS: usize = 1_024;
pub(super) const APPEND_BYTES: usize = 512 << 10;

/// What a record takes in the spool's memory besides its texts.
const PER_RECORD_BYTES: usize = 64;

impl Delivery {
    /// Hands records to the spool, as many as may be on their way.
    pub(super) fn append(&mut self, now: Instant) {
        loop {
            let Some(lane) = &mut self.spool else {
                return;
            };
            if lane.retry_at.is_some_and(|at| at > now) || !lane.commits.has_room() {
                return;
            }
            lane.retry_at = None;
            let channels = &mut self.channels;
            let records = self
                .backlog
                .lock()
                .take_for_disk(APPEND_RECORDS, lane.append_bytes, |pending| {
                    pending.body.len() + channels.get(pending.entry.channel).len() + PER_RECORD_BYTES
                });
            if records.is_empty() {
                return;
            }
            let copies: Vec<_> = records
                .iter()
                .map(|pending| {
                    let channel = channels.get(pending.entry.channel);
                    SpoolRecord::new(kind::number(pending.entry.kind), channel, pending.body.clone())
                })
                .collect();
            let bytes = records.iter().map(|pending| pending.body.len()).sum();
            let commit = lane.commits.begin(records, bytes, now);
            let news = self.news.clone();
            let answered = move |result: Result<SpoolId, HandedBack>| {
                let result = result.map_err(|handed_back| handed_back.reason);
                // Nobody listens any more once the delivery is gone.
                let _ = news.send(News::Disk(DiskNews::Answered { commit, result }));
            };
            if let Err(HandedBack { reason, .. }) = lane.handle.append(copies, answered) {
                self.handed_back(commit, reason, now);
            }
        }
    }

    pub(super) fn stored(&mut self, commit: u64, first: SpoolId) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        let Some(commit) = lane.commits.end(commit) else {
            return;
        };
        lane.stored += commit.len as u64;
        // The disk answers again.
        lane.is_down = false;
        if commit.records.is_empty() {
            lane.superfluous.add(first, commit.len);
            return;
        }
        for (index, pending) in commit.records.into_iter().enumerate() {
            if let Some(receipt) = pending.store() {
                lane.tracked.insert(first.later(index as u64), receipt);
            }
        }
    }

    pub(super) fn handed_back(&mut self, commit: u64, reason: HandedBackReason, now: Instant) {
        let Some(lane) = &mut self.spool else {
            return;
        };
        let Some(commit) = lane.commits.end(commit) else {
            return;
        };
        lane.is_down = false;
        let mut lanes = self.backlog.lock();
        match reason {
            // It will never fit.
            HandedBackReason::TooLarge => lanes.bypass(commit.records),
            _ => {
                lanes.put_back_for_disk(commit.records);
                lane.retry_at = Some(now + LOOK_AGAIN);
            }
        }
    }
}
