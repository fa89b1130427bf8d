//! How a transport comes to be.

use async_trait::async_trait;
use jkool_model::EntityKind;

use crate::{Endpoint, Refusal, TokenSource, Transport, TransportError};

/// Makes connected transports for one endpoint.
///
/// The worker calls [`connect`](Self::connect) on its own runtime when it starts, after the link failed, after a new
/// token was set, and after it was itself restarted. A `Connect` never sleeps and never tries again by itself.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// Makes a transport that can send at once.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] whose [`kind`](TransportError::kind) says whether trying again makes sense.
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError>;

    /// The far end, for messages: it never shows a credential.
    fn endpoint(&self) -> &Endpoint;

    /// Where the access token for the next connection comes from, so that a new one can be
    /// [set](TokenSource::set) while the client runs. By default there is none.
    fn token_source(&self) -> Option<&TokenSource> {
        None
    }

    /// Looks at a record before it is accepted, on the caller's thread: must not block. By default all pass.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] when no transport made here could ever send it, so that the caller hears of it at once.
    fn admit(&self, kind: EntityKind, channel: &str, body_bytes: usize) -> Result<(), Refusal> {
        let _ = (kind, channel, body_bytes);
        Ok(())
    }
}
