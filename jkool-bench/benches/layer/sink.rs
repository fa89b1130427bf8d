//! Far ends that take everything, keep nothing, and count.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{Connect, Endpoint, Transport, TransportError};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter};

/// How many events came.
#[derive(Clone, Debug, Default)]
pub struct Count(Arc<AtomicU64>);

impl Count {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, events: u64) {
        self.0.fetch_add(events, Ordering::Relaxed);
    }
}

/// The far end of the client.
#[derive(Clone)]
pub struct Link {
    pub endpoint: Endpoint,
    pub count: Count,
}

#[async_trait]
impl Connect for Link {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Link {
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

/// The far end of writers: one call, one event.
#[derive(Clone, Default)]
pub struct Lines(pub Count);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.add(1);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The far end of OpenTelemetry.
#[derive(Clone, Debug, Default)]
pub struct Exporter(pub Count);

impl LogExporter for Exporter {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.0.add(batch.iter().count() as u64);
        Ok(())
    }
}
