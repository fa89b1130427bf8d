//! One entity that arrived, and how.

use std::net::SocketAddr;
use std::sync::Arc;

use jkool_model::{Entity, Timestamp};

/// An entity that the collector accepted. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Received(Arc<Arrival>);

#[derive(Debug)]
struct Arrival {
    entity: Entity,
    body: String,
    path: String,
    peer: Option<SocketAddr>,
    time: Timestamp,
}

impl Received {
    pub(crate) fn new(entity: Entity, body: String, path: String, peer: Option<SocketAddr>) -> Self {
        Self(Arc::new(Arrival {
            entity,
            body,
            path,
            peer,
            time: Timestamp::now(),
        }))
    }

    /// The entity, as the model reads it.
    #[must_use]
    pub fn entity(&self) -> &Entity {
        &self.0.entity
    }

    /// The JSON object exactly as it was sent; only line breaks between its tokens are made spaces, so that it stays
    /// one line.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.0.body
    }

    /// The path that the request went to, such as `/` or `/JESL/event`; or the source that
    /// [`Collector::take`](crate::Collector::take) was told, such as an MQTT topic.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Who sent it over HTTP; `None` if it came by other means.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.peer
    }

    /// When it arrived.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.0.time
    }
}
