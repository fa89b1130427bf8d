//! The records a spool keeps, and the ids they are removed by.

use std::sync::Arc;

use bytes::Bytes;

/// One encoded entity, as the spool takes it and hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpoolRecord {
    /// What the body holds, as a number that never changes its meaning, since it is written to disk. The client maps
    /// its entity kinds to it: 0 event, 1 activity, 2 snapshot, 3 dataset, 4 log entry.
    pub(crate) kind: u8,
    /// The name of the logger the record came from.
    pub(crate) channel: Arc<str>,
    /// The entity in its encoded form. The spool does not look into it.
    pub(crate) body: Bytes,
}

impl SpoolRecord {
    /// A record of `kind` with the encoded `body`, from the logger `channel`.
    pub(crate) fn new(kind: u8, channel: impl Into<Arc<str>>, body: impl Into<Bytes>) -> Self {
        Self {
            kind,
            channel: channel.into(),
            body: body.into(),
        }
    }

    /// How much memory the record counts for, in bytes: its texts and a fixed share for the rest.
    pub(crate) fn bytes(&self) -> usize {
        self.body.len() + self.channel.len() + PER_RECORD_BYTES
    }
}

/// Where a stored record lives: what [`SpoolHandle::remove`](super::SpoolHandle::remove) takes.
///
/// An id is good for the life of the handle it came from. An id of a file that was set aside or begun anew since, or
/// one that was removed before, is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SpoolId {
    /// Which file of this handle's life the record is in.
    pub(crate) generation: u32,
    /// The record's key in that file.
    pub(crate) seq: u64,
}

impl SpoolId {
    /// The id of the record that was appended so many records later, in the same call.
    pub(crate) fn later(self, records: u64) -> Self {
        Self {
            seq: self.seq + records,
            ..self
        }
    }

    /// How many records later than `earlier` it was appended, to the same file.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        self.seq.saturating_sub(earlier.seq)
    }

    /// Whether both are in the same file.
    pub(crate) fn is_beside(self, other: Self) -> bool {
        self.generation == other.generation
    }
}

/// A stored record on its way out, with the id to remove it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spooled {
    /// The id to remove the record by, once it is delivered or given up.
    pub(crate) id: SpoolId,
    /// The record, byte for byte as it was appended.
    pub(crate) record: SpoolRecord,
}

/// Reference counts, pointers and queue slots of one record in memory.
const PER_RECORD_BYTES: usize = 64;
