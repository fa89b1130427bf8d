//! An event that nobody will ever take.

use bytes::Bytes;
use jkool_model::EntityKind;
use jkool_transport::{Record, Refusal};

/// An accepted event that the far end, or the transport, refused for good.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    record: Record,
    refusal: Refusal,
}

impl DeadLetter {
    pub(crate) fn new(record: Record, refusal: Refusal) -> Self {
        Self { record, refusal }
    }

    /// The event as it was sent: one compact JSON object.
    ///
    /// A clone shares the buffer it lies in, up to 64 KiB of other events: keep a copy if you keep it long.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.record.body
    }

    /// What the body holds.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        self.record.kind
    }

    /// The name of the logger it came from.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.record.channel
    }

    /// Why it was refused.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.refusal
    }
}
