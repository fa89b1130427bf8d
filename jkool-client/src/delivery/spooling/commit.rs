//! Records that are being stored.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::delivery::pending::Pending;
use crate::spool::SpoolId;

/// How long the disk may take for a commit before its records are delivered from memory, so that a sick disk does not
/// stall the network.
pub(super) const DISK_PATIENCE: Duration = Duration::from_secs(1);

/// How many records may be on their way to the disk at once.
const MAX_RECORDS: usize = 8_192;

/// How many bytes of them.
const MAX_BYTES: usize = 8 << 20;

/// The appends that were not answered yet, oldest first.
#[derive(Debug, Default)]
pub(super) struct Commits {
    commits: VecDeque<Commit>,
    next: u64,
    records: usize,
    bytes: usize,
}

/// The records of one append.
#[derive(Debug)]
pub(super) struct Commit {
    id: u64,
    since: Instant,
    bytes: usize,
    /// How many there were.
    pub(super) len: usize,
    /// They stay here until the append is answered; none if they are delivered from memory meanwhile.
    pub(super) records: Vec<Pending>,
}

/// Records that are on disk although they were delivered from memory: they are passed over when they are read.
#[derive(Debug, Default)]
pub(super) struct Superfluous {
    runs: Vec<(SpoolId, u64)>,
}

impl Commits {
    /// Whether more may be sent on their way.
    pub(super) fn has_room(&self) -> bool {
        self.records < MAX_RECORDS && self.bytes < MAX_BYTES
    }

    /// How many records wait for an answer, and are not delivered from memory.
    pub(super) fn waiting(&self) -> usize {
        self.commits.iter().map(|commit| commit.records.len()).sum()
    }

    /// When the oldest commit has taken too long.
    pub(super) fn overdue_at(&self) -> Option<Instant> {
        let oldest = self.commits.iter().find(|commit| !commit.records.is_empty())?;
        Some(oldest.since + DISK_PATIENCE)
    }

    /// Takes note of an append; gives back its number.
    pub(super) fn begin(&mut self, records: Vec<Pending>, bytes: usize, now: Instant) -> u64 {
        let id = self.next;
        self.next += 1;
        self.records += records.len();
        self.bytes += bytes;
        self.commits.push_back(Commit {
            id,
            since: now,
            bytes,
            len: records.len(),
            records,
        });
        id
    }

    /// The append was answered.
    pub(super) fn end(&mut self, id: u64) -> Option<Commit> {
        let index = self.commits.iter().position(|commit| commit.id == id)?;
        let commit = self.commits.remove(index)?;
        self.records -= commit.len;
        self.bytes -= commit.bytes;
        Some(commit)
    }

    /// Takes all records that wait for the disk, oldest first.
    pub(super) fn take_waiting(&mut self) -> Vec<Pending> {
        self.commits
            .iter_mut()
            .flat_map(|commit| std::mem::take(&mut commit.records))
            .collect()
    }
}

impl Superfluous {
    /// So many records from `first` on are on disk for nothing.
    pub(super) fn add(&mut self, first: SpoolId, len: usize) {
        self.runs.push((first, len as u64));
    }

    /// Whether this is one of them; it will not be asked for again.
    pub(super) fn remove(&mut self, id: SpoolId) -> bool {
        let Some(index) = self
            .runs
            .iter()
            .position(|(first, len)| (*first..first.later(*len)).contains(&id))
        else {
            return false;
        };
        // They are read in order, so that what lies before it is gone.
        if let Some((first, len)) = self.runs.get_mut(index) {
            let rest = first.later(*len).since(id).saturating_sub(1);
            (*first, *len) = (id.later(1), rest);
            if rest == 0 {
                self.runs.swap_remove(index);
            }
        }
        true
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.runs.iter().map(|(_, len)| len).sum()
    }

    /// Forgets those in files that are gone: all but the one that this record is in.
    pub(super) fn forget_other_files(&mut self, id: SpoolId) {
        self.runs.retain(|(first, _)| first.is_beside(id));
    }
}
