//! What a transport can take.

/// What one connected transport can take, and how it is best fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest body of a record, in bytes. Default: no limit.
    pub max_record_bytes: usize,
    /// The most records in one batch. Default: 1.
    pub max_batch_records: usize,
    /// The most body bytes in one batch; a batch of a single record may exceed it. Default: 1 MiB.
    pub max_batch_bytes: usize,
    /// How many calls of `send` may overlap. Default: 1.
    pub max_sends: usize,
    /// How many overlapping calls still arrive in the order in which they were made. Default: 1.
    pub ordered_sends: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_record_bytes: usize::MAX,
            max_batch_records: 1,
            max_batch_bytes: 1 << 20,
            max_sends: 1,
            ordered_sends: 1,
        }
    }
}

impl Limits {
    /// Sets the largest body of a record, in bytes.
    #[must_use]
    pub fn record_bytes(self, max: usize) -> Self {
        Self {
            max_record_bytes: max,
            ..self
        }
    }

    /// Sets the most records and the most body bytes of a batch; both at least 1.
    #[must_use]
    pub fn batch(self, max_records: usize, max_bytes: usize) -> Self {
        Self {
            max_batch_records: max_records.max(1),
            max_batch_bytes: max_bytes.max(1),
            ..self
        }
    }

    /// Sets how many calls of `send` may overlap, and how many of these keep their order; both at least 1.
    #[must_use]
    pub fn sends(self, max: usize, ordered: usize) -> Self {
        Self {
            max_sends: max.max(1),
            ordered_sends: ordered.clamp(1, max.max(1)),
            ..self
        }
    }
}
