//! The client's ways to tell metrics without a metrics library.

use std::sync::Arc;

use jkool_model::{Dataset, Snapshot};

use super::own_stats::OwnStats;
use super::{Meter, Schedule, Source};
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

    /// Sends what a [`Meter`] has counted, by a [`Schedule`] or simply each so many seconds; besides before each flush, and
    /// for the last time when the client is closed. A meter that has counted nothing sends nothing; what the queue
    /// refuses is sent the next time.
    ///
    /// # Errors
    ///
    /// The interval is zero, the client is closed, or the thread `jkool-metrics` cannot be started.
    pub fn report_meter(&self, meter: &Meter, schedule: impl Into<Schedule>) -> Result<(), ReportError> {
        self.report(None, schedule.into(), Box::new(meter.clone()))
    }

    /// Sends the numbers of [`stats`](Self::stats), by a [`Schedule`] or simply each so many seconds, and once more when
    /// the client is closed: a snapshot `Delivery` of the category `jKool`. The reports count as events too.
    ///
    /// | property | is |
    /// |---|---|
    /// | `pending`, `stored` | the events that wait, in memory or on disk, and those on disk |
    /// | `pending-bytes` | what waits in memory, as [`max_queued_bytes`](crate::ClientBuilder::max_queued_bytes) counts it |
    /// | `accepted`, `delivered`, … | the totals of [`Stats`](crate::Stats) under their names |
    /// | `dropped`, `dropped-expired`, … | all that was given up, and by reason |
    /// | `filtered`, `filtered-level`, … | all that was filtered, and by reason |
    /// | `send-time-count`, `-sum`, `-min`, `-max`, `-p50`, `-p90`, `-p99` | of the events confirmed since the last report: the time from handing one to the transport to its confirmation (where the protocol has none: until it was written), in microseconds |
    /// | `delivery-time-count`, … | the same from taking it out of the queue, or reading it from disk, with all tries and waits between |
    ///
    /// The worker takes an event out of the queue some milliseconds after it was accepted. Times are measured from the
    /// first call of this method on, and by the worker alone; percentiles are at most 1/64 too near to zero.
    ///
    /// A second call changes the schedule.
    ///
    /// # Errors
    ///
    /// As [`report_meter`](Self::report_meter).
    pub fn report_stats(&self, schedule: impl Into<Schedule>) -> Result<(), ReportError> {
        let source = OwnStats::new(&self.handle.intake);
        self.report(Some("stats"), schedule.into(), Box::new(source))
    }

    pub(crate) fn report(
        &self,
        name: Option<&'static str>,
        schedule: Schedule,
        source: Box<dyn Source>,
    ) -> Result<(), ReportError> {
        let handle = &self.handle;
        let origin = match &schedule.channel {
            Some(channel) => self.logger(channel).origin().clone(),
            None => handle.origin.clone(),
        };
        Arc::clone(&handle.reporting).add(name, schedule, source, (&handle.intake, origin))
    }
}
