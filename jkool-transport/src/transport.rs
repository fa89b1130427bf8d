//! A link to a far end.

use std::time::Instant;

use async_trait::async_trait;

use crate::{Batch, Limits, Report, TransportError};

/// A link to a far end. It sends what it is given once: no queue, no retry, no sleep.
///
/// All methods are cancel-safe: a dropped call leaves the transport usable, and records that were not settled count
/// as [`Outcome::Unknown`](crate::Outcome::Unknown).
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends the batch, settles each record through `report` as soon as its fate is known, and returns when all of
    /// them are settled. Calls may overlap up to [`Limits::max_sends`].
    ///
    /// # Errors
    ///
    /// The link failed: the error holds for every record not yet settled. What was settled before stays so.
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError>;

    /// Checks endpoint and token without sending an event; never disturbs a live session.
    ///
    /// # Errors
    ///
    /// What a `send` would fail with.
    async fn check(&self) -> Result<(), TransportError>;

    /// Ends the link in the way the protocol asks for, and returns by `deadline`.
    ///
    /// # Errors
    ///
    /// The link had failed, or the deadline passed first; the link is gone in either case.
    async fn close(&self, deadline: Instant) -> Result<(), TransportError>;

    /// What this transport can take. Constant for its life.
    fn limits(&self) -> Limits;
}
