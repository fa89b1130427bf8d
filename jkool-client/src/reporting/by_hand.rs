//! The client's ways to tell metrics without a metrics library.

use std::sync::Arc;
use std::time::Duration;

use jkool_model::{Dataset, Snapshot};

use super::own_stats::OwnStats;
use super::{Meter, Source};
use crate::{Client, ReportError, SendError};

impl Client {
    /// Queues a snapshot that stands for itself; never waits. The same as [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn snapshot(&self, snapshot: Snapshot) -> Result<(), SendError> {
        self.send(snapshot)
    }

    /// Queues a dataset; never waits. The same as [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn dataset(&self, dataset: Dataset) -> Result<(), SendError> {
        self.send(dataset)
    }

    /// Sends what a [`Meter`] has counted each `interval`, before each flush, and for the last time when the client is
    /// closed. A meter that has counted nothing sends nothing; what the queue refuses is sent the next time.
    ///
    /// # Errors
    ///
    /// The interval is zero, the client is closed, or the thread `jkool-metrics` cannot be started.
    pub fn report_meter(&self, meter: &Meter, interval: Duration) -> Result<(), ReportError> {
        self.report(None, interval, Box::new(meter.clone()))
    }

    /// Sends the numbers of [`stats`](Self::stats) each `interval`, and once more when the client is closed: a snapshot
    /// `Delivery` of the category `jKool`, with `accepted`, `delivered`, `pending` and so on, and the drops by reason
    /// as `dropped-expired` and so on, and what was filtered as `filtered-level` and so on. All are totals (value type `counter`) but `pending`, which is a `gauge`. The
    /// reports count as events too.
    ///
    /// A second call changes the interval.
    ///
    /// # Errors
    ///
    /// As [`report_meter`](Self::report_meter).
    pub fn report_stats(&self, interval: Duration) -> Result<(), ReportError> {
        let source = OwnStats::new(&self.handle.intake);
        self.report(Some("stats"), interval, Box::new(source))
    }

    pub(crate) fn report(
        &self,
        name: Option<&'static str>,
        interval: Duration,
        source: Box<dyn Source>,
    ) -> Result<(), ReportError> {
        let handle = &self.handle;
        Arc::clone(&handle.reporting).add(name, interval, source, (&handle.intake, &handle.origin))
    }
}
