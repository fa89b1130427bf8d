//! What became of one record.

use crate::{Refusal, TransportError};

/// What became of one record, as far as the transport can know.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The far end confirmed it: a 2xx answer, or the acknowledgement of a publish.
    Delivered,
    /// It was written to the socket, and the protocol promises no confirmation (MQTT quality of service 0).
    Handed,
    /// It certainly did not take effect; sending it again makes no duplicate.
    NotSent(TransportError),
    /// The link failed, or the answer got lost, while the record was under way; sending it again may make a duplicate.
    Unknown(TransportError),
    /// The far end, or the transport itself, will never take this record; others may pass.
    Refused(Refusal),
}

impl Outcome {
    /// The outcome of a record that was not yet settled when the link failed with `error`: [`NotSent`](Self::NotSent)
    /// where the failure precedes every byte of a record, [`Unknown`](Self::Unknown) otherwise.
    pub fn of_failed_link(error: TransportError) -> Self {
        if error.kind().is_before_sending() {
            Self::NotSent(error)
        } else {
            Self::Unknown(error)
        }
    }
}
