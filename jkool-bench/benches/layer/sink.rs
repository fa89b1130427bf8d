//! The far ends of the peers: they too take everything, keep nothing, and count.

use std::io::{self, Write};

use jkool_bench::Count;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter};

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
