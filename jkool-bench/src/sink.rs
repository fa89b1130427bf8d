//! A far end that costs nothing.

use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{Connect, Endpoint, Transport, TransportError};

use crate::Count;

/// A transport that takes everything, keeps nothing, and counts.
#[derive(Clone)]
pub struct Sink {
    endpoint: Endpoint,
    count: Count,
}

impl Sink {
    /// A transport that counts here.
    pub fn new(count: Count) -> Self {
        Sink {
            endpoint: Endpoint::named("sink"),
            count,
        }
    }
}

impl Default for Sink {
    fn default() -> Self {
        Sink::new(Count::default())
    }
}

#[async_trait]
impl Connect for Sink {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Sink {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        self.count.add(batch.len() as u64);
        report.settle_rest(&Outcome::Delivered);
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits::default().batch(500, 1 << 20).sends(8, 8)
    }
}
