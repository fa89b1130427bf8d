//! The transport behind `--stdout`: prints each record as a line instead of sending it.

use std::sync::Arc;
use std::time::Instant;

use jkool_client::transport::{Batch, Connect, Endpoint, Limits, Outcome, Report, Transport, async_trait};
use jkool_client::{ErrorKind, TransportError};
use tokio::sync::Notify;

use crate::output::{self, Reader};

/// Standard output as a far end, so that what is printed is byte for byte what would be sent.
pub(crate) struct StdoutLink {
    endpoint: Endpoint,
    unread: Arc<Notify>,
}

struct Lines {
    unread: Arc<Notify>,
}

impl StdoutLink {
    /// Once nobody reads any more, `unread` is told, and what follows is thrown away.
    pub(crate) fn new(unread: Arc<Notify>) -> Self {
        Self {
            endpoint: Endpoint::named("standard output"),
            unread,
        }
    }
}

#[async_trait]
impl Connect for StdoutLink {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(Lines {
            unread: Arc::clone(&self.unread),
        }))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Lines {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        let mut lines = Vec::with_capacity(batch.body_bytes() + batch.len());
        for record in batch.iter() {
            lines.extend_from_slice(&record.body);
            lines.push(b'\n');
        }
        // Writing once more would repeat what a failed write has written, so nothing here is worth another try.
        let reader = output::write(&lines).map_err(|error| {
            TransportError::new(ErrorKind::Misdirected, "cannot write to standard output").with_source(error)
        })?;
        if reader == Reader::Gone {
            self.unread.notify_one();
        }
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
        Limits::default().batch(1_000, 1 << 20).sends(1, 1)
    }
}
