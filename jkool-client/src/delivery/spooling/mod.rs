//! The way through the disk, between the queue and what is ready to be sent.
//!
//! ```text
//! queue ──► ready ─────────────────────────► far end
//!   └─────► annex ──► commits ──► disk ──► ready
//! ```
//! Write-ahead, every record goes this way; otherwise only when memory gets short, and then all that are newer, until
//! the disk is empty again: so the order is kept. What is ready comes first, then what is on disk, then the annex.
//!
//! The network never waits for the disk: what it does not store or give back in time, or has no room for while it
//! holds nothing, is delivered from memory. A record that was taken back that way and gets to the disk after all is
//! passed over when it is read.

mod append;
mod books;
mod commit;
mod disk_place;
mod kind;
mod read;
mod stash;
mod tracked;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use self::append::APPEND_BYTES;
use self::commit::{Commits, Superfluous};
pub(crate) use self::disk_place::{DiskPlace, Vacated};
use self::tracked::Tracked;
use super::Delivery;
use crate::spool::{HandedBackReason, SpoolHandle, SpoolId, SpoolMode, Spooled};

/// How soon records that the spool had no room for are offered again, and its books compared with ours.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What the spool tells the delivery.
#[derive(Debug)]
pub(crate) enum DiskNews {
    /// An append was answered: with the id of its first record, or with the records.
    Answered {
        commit: u64,
        result: Result<SpoolId, HandedBackReason>,
    },
    /// Records come back; none when the spool is closed.
    Read(Option<Vec<Spooled>>),
}

/// What the delivery knows of its spool.
#[derive(Debug)]
pub(crate) struct SpoolLane {
    handle: SpoolHandle,
    mode: SpoolMode,
    append_bytes: usize,
    /// New records go through the disk: always when write-ahead, else until it is empty.
    is_spilling: bool,
    /// The disk does not answer: everything is delivered from memory meanwhile.
    is_down: bool,
    commits: Commits,
    superfluous: Superfluous,
    tracked: Tracked,
    vacated: Arc<Vacated>,
    is_reading: bool,
    /// Nothing more is to be read: the client is being closed.
    is_closing: bool,
    /// How many records were read so far, how many removals asked for, and how many heard to be stored.
    read: u64,
    removals: u64,
    stored: u64,
    /// When records that were refused are offered again.
    retry_at: Option<Instant>,
}

impl SpoolLane {
    /// The way through this spool.
    pub(crate) fn new(handle: SpoolHandle, mode: SpoolMode, max_append_bytes: u64) -> Self {
        let largest = usize::try_from(max_append_bytes).unwrap_or(usize::MAX);
        // What was left here comes first.
        let has_leavings = handle.census().records > 0;
        Self {
            handle,
            mode,
            append_bytes: APPEND_BYTES.min(largest),
            is_spilling: mode == SpoolMode::WriteAhead || has_leavings,
            is_down: false,
            commits: Commits::default(),
            superfluous: Superfluous::default(),
            tracked: Tracked::default(),
            vacated: Arc::default(),
            is_reading: false,
            is_closing: false,
            read: 0,
            removals: 0,
            stored: 0,
            retry_at: None,
        }
    }

    /// Whether new records go through the disk.
    pub(super) fn takes_new(&self) -> bool {
        self.is_spilling && !self.is_down
    }
}

impl Delivery {
    /// Does what is due on the way through the disk.
    pub(super) fn advance_spool(&mut self, now: Instant) {
        if self.spool.is_none() {
            return;
        }
        self.compare_books();
        self.mind_the_disk(now);
        self.start_or_stop_spilling();
        self.append(now);
        self.read_ahead();
    }

    /// When the way through the disk needs another look, if nothing happens before.
    pub(super) fn spool_due(&self) -> Option<Instant> {
        let lane = self.spool.as_ref()?;
        let lanes = self.backlog.lock();
        let offer = lane.retry_at.filter(|_| lanes.annex_len() > 0);
        // What should come from the disk and does not may never come.
        let look = (lanes.is_empty() && self.unread() > 0).then(|| Instant::now() + LOOK_AGAIN);
        [
            offer,
            look,
            lane.commits.overdue_at().filter(|_| !lane.is_closing),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// How many records are on the way through the disk: not yet stored, or stored and not yet read.
    pub(super) fn spool_lane_len(&self) -> u64 {
        let Some(lane) = &self.spool else {
            return 0;
        };
        let memory = self.backlog.lock().annex_len() + lane.commits.waiting();
        self.unread() + memory as u64
    }

    /// How many records are not stored, but could still be.
    pub(super) fn unstored(&self) -> usize {
        self.spool
            .as_ref()
            .map_or(0, |lane| self.backlog.lock().annex_len() + lane.commits.waiting())
    }

    /// Takes note of what the spool tells.
    pub(super) fn hear_of_disk(&mut self, news: DiskNews, now: Instant) {
        match news {
            DiskNews::Answered {
                commit,
                result: Ok(first),
            } => self.stored(commit, first),
            DiskNews::Answered {
                commit,
                result: Err(reason),
            } => self.handed_back(commit, reason, now),
            DiskNews::Read(records) => self.read(records, now),
        }
    }

    /// Delivers from memory what the disk does not answer for.
    fn mind_the_disk(&mut self, now: Instant) {
        let unread = self.unread();
        let Some(lane) = &mut self.spool else {
            return;
        };
        if lane.is_closing {
            return;
        }
        let mut lanes = self.backlog.lock();
        let is_overdue = lane.commits.overdue_at().is_some_and(|at| at <= now);
        let is_failing = || lane.handle.census().is_failing;
        if is_overdue || (lane.commits.waiting() > 0 && is_failing()) {
            lane.is_down = true;
            lanes.bypass(lane.commits.take_waiting());
        }
        let is_refused = lane.retry_at.is_some() && unread == 0;
        if lane.is_down || is_refused {
            lanes.bypass_annex();
        }
    }

    /// Otherwise than write-ahead, the disk is used when memory gets short, until it is empty.
    fn start_or_stop_spilling(&mut self) {
        let queue = self.reader.queue();
        let (is_short, is_very_short) = (queue.is_beyond(8), queue.is_beyond(12));
        let in_spool = self.ledger.in_spool();
        let Some(lane) = &mut self.spool else {
            return;
        };
        if lane.mode == SpoolMode::WriteAhead || lane.is_closing {
            return;
        }
        let mut lanes = self.backlog.lock();
        if lane.is_spilling {
            let is_empty = in_spool == 0 && lanes.annex_len() == 0 && lane.commits.waiting() == 0;
            lane.is_spilling = !is_empty;
        } else if is_short && !lane.is_down {
            lane.is_spilling = true;
            if is_very_short {
                lanes.divert_newer_half();
            }
            // The disk is empty, and nothing is on its way but this.
            let target = lanes.exits() + lanes.annex_len() as u64;
            for flush in &mut self.flushes {
                flush.wait_for_exits(target);
            }
        }
    }
}
