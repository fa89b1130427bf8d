//! Why something that came by other means was not taken.

use std::io;

/// Why [`Collector::take`](crate::Collector::take) did not take a body.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TakeError {
    /// It is no valid entity, and no list of such.
    #[error("{reason}")]
    Invalid {
        /// What is wrong with it; with several entities, in which line.
        reason: String,
    },
    /// It is over the limit.
    #[error("the body is over the limit of {max_bytes} bytes")]
    TooLarge {
        /// The [limit](crate::CollectorBuilder::max_body_bytes), in bytes.
        max_bytes: usize,
    },
    /// The output file does not take it.
    #[error("the output file cannot be written")]
    NotStored(#[source] io::Error),
}
