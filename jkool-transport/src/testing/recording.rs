//! A transport that delivers everything and keeps it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;

use super::FarEnd;
use crate::{
    Batch, Connect, Endpoint, ErrorKind, Limits, Outcome, Record, Refusal, RefusalKind, Report, Transport,
    TransportError,
};

/// Delivers every record at once and keeps it. Clones share what was recorded.
///
/// It is a [`FarEnd`] as well: it can refuse records and go dark.
///
/// ```
/// use jkool_transport::testing::Recording;
///
/// let recording = Recording::new();
/// // hand `recording.clone()` to the client under test, then look at what arrived:
/// assert!(recording.records().is_empty());
/// ```
#[derive(Clone)]
pub struct Recording {
    endpoint: Endpoint,
    limits: Limits,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    records: Vec<Record>,
    to_refuse: usize,
    is_dark: bool,
}

struct RecordingLink {
    recording: Recording,
    is_closed: AtomicBool,
}

impl Recording {
    /// A recording without limits on a record, 100 records a batch, 8 overlapping sends in order.
    pub fn new() -> Self {
        Self::with_limits(Limits::default().batch(100, 1 << 20).sends(8, 8))
    }

    /// A recording with limits of its own.
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            endpoint: Endpoint::named("recording"),
            limits,
            shared: Arc::default(),
        }
    }

    /// What arrived so far, in order.
    pub fn records(&self) -> Vec<Record> {
        self.lock().records.clone()
    }

    /// The bodies that arrived so far, in order, as text.
    pub fn bodies(&self) -> Vec<String> {
        self.lock()
            .records
            .iter()
            .map(|record| String::from_utf8_lossy(&record.body).into_owned())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn check(&self) -> Result<(), TransportError> {
        if self.is_dark {
            return Err(TransportError::new(ErrorKind::Connect, "the recording is dark"));
        }
        Ok(())
    }

    fn take(&mut self, record: &Record) -> Outcome {
        if self.to_refuse > 0 {
            self.to_refuse -= 1;
            return Outcome::Refused(Refusal::new(
                RefusalKind::Invalid,
                "the recording was told to refuse it",
            ));
        }
        self.records.push(record.clone());
        Outcome::Delivered
    }
}

impl RecordingLink {
    fn check_open(&self) -> Result<(), TransportError> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(TransportError::new(ErrorKind::Closed, "the recording was closed"));
        }
        Ok(())
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("records", &self.lock().records.len())
            .finish()
    }
}

#[async_trait]
impl Connect for Recording {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        self.lock().check()?;
        Ok(Box::new(RecordingLink {
            recording: self.clone(),
            is_closed: AtomicBool::new(false),
        }))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for RecordingLink {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        self.check_open()?;
        let mut shared = self.recording.lock();
        shared.check()?;
        for (index, record) in batch.iter().enumerate() {
            report.settle(index, shared.take(record));
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        self.check_open()?;
        self.recording.lock().check()
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        self.is_closed.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn limits(&self) -> Limits {
        self.recording.limits
    }
}

#[async_trait]
impl FarEnd for Recording {
    fn connect(&self) -> Arc<dyn Connect> {
        Arc::new(self.clone())
    }

    async fn received(&self) -> Vec<Bytes> {
        self.lock()
            .records
            .iter()
            .map(|record| record.body.clone())
            .collect()
    }

    async fn refuse_next(&self, records: usize) {
        self.lock().to_refuse = records;
    }

    async fn go_dark(&self, dark: bool) {
        self.lock().is_dark = dark;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::conformance;

    #[tokio::test]
    async fn conforms() {
        conformance(&Recording::new()).await;
    }
}
