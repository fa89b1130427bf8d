//! Says how metrics are reported.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::recorder::MetricsRecorder;
use super::registry::Registry;
use super::report::MetricsReport;
use super::{MetricsError, Temporality};
use crate::{Client, Schedule};

/// Says how the metrics of the `metrics` facade are reported; see [`Client::metrics`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `install` or `build` is called"]
pub struct MetricsBuilder {
    client: Client,
    schedule: Schedule,
    temporality: Temporality,
    idle_timeout: Duration,
    max_series: usize,
}

impl Client {
    /// Turns the metrics of the `metrics` facade into snapshots: set what differs from the defaults, then
    /// [`install`](MetricsBuilder::install).
    ///
    /// ```no_run
    /// # use jkool_client::Client;
    /// let client = Client::from_env()?;
    /// let _guard = client.guard();
    /// client.metrics().install()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Each series, which is a metric with one set of labels, becomes one snapshot each interval:
    ///
    /// | | counter | gauge | histogram |
    /// |---|---|---|---|
    /// | name | the metric's | the metric's | the metric's |
    /// | category | `Counter` | `Gauge` | `Histogram` |
    /// | properties | `value` | `value` | `count`, `sum`, `min`, `max`, `p50`, `p90`, `p99` |
    ///
    /// Labels are properties as well; one that has the name of a property above is called `label.` and its name. The
    /// labels of two series would clash in one snapshot, so each series has its own; those of one report have the same
    /// time. A description is kept as the property `description`. A unit becomes the value type of the values:
    /// `age.msec` for milliseconds, `size.byte` for bytes, `percent`, `rate.sec` for anything per second, and so on.
    /// Percentiles are at most 1/64 too near to zero; the other numbers are exact.
    ///
    /// ```
    /// use jkool_client::Client;
    /// # use jkool_client::transport::testing::Recording;
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// # let client = Client::builder().transport(recording.clone()).build()?;
    /// client.metrics().interval(Duration::from_secs(30)).install()?;
    ///
    /// metrics::describe_histogram!("pay_time", metrics::Unit::Milliseconds, "How long paying takes");
    /// metrics::counter!("orders", "shop" => "Atlanta").increment(1);
    /// metrics::histogram!("pay_time").record(12.5);
    /// client.close(Duration::from_secs(5))?; // sends what was not reported yet
    /// # assert!(recording.bodies()[0].contains(r#""name":"orders""#), "{:?}", recording.bodies());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metrics(&self) -> MetricsBuilder {
        MetricsBuilder {
            client: self.clone(),
            schedule: Schedule::every(Duration::from_secs(10)),
            temporality: Temporality::default(),
            idle_timeout: Duration::from_secs(300),
            max_series: 10_000,
        }
    }
}

impl MetricsBuilder {
    /// The time between two reports. Besides, what has changed is reported before each flush, and for the last time when
    /// the client is closed. Default: 10 s.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.schedule.interval = interval;
        self
    }

    /// The channel of the snapshots: over MQTT without a fixed topic, the topic. Default: that of the client itself.
    pub fn channel(mut self, channel: impl Into<Cow<'static, str>>) -> Self {
        self.schedule = self.schedule.channel(channel);
        self
    }

    /// The category of the snapshots, all of them. Default: the kind of the metric, see [`Client::metrics`].
    pub fn category(mut self, category: impl Into<Cow<'static, str>>) -> Self {
        self.schedule = self.schedule.category(category);
        self
    }

    /// What counters and histograms are counted from. Default: from the last report.
    pub fn temporality(mut self, temporality: Temporality) -> Self {
        self.temporality = temporality;
        self
    }

    /// How long a series that is not updated is still reported, a counter as zero or its old total, a gauge with its old
    /// value. Afterwards it is forgotten, unless the program holds a handle to it: then it is silent until its next
    /// update. A forgotten counter starts over at zero. Default: 5 min; `Duration::MAX` means for ever.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// The most series that are kept. Updates of further ones are lost but counted, and reported as the property
    /// `overflow` of a snapshot `Metrics` of the category `jKool`. Default: 10,000.
    ///
    /// A counter or a gauge takes some 200 bytes, a histogram of times some kilobytes.
    pub fn max_series(mut self, series: usize) -> Self {
        self.max_series = series;
        self
    }

    /// Makes it the recorder of the whole program. It does not keep the client open; once that is closed, metrics cost
    /// their counting and go nowhere.
    ///
    /// # Errors
    ///
    /// The interval or a limit is zero, the client is closed, no thread can be started, or the program has a recorder
    /// already.
    pub fn install(self) -> Result<(), MetricsError> {
        metrics::set_global_recorder(self.build()?).map_err(|_| MetricsError::AlreadyInstalled)
    }

    /// A recorder to install by other means: as a local one, or under a layer of `metrics-util`. When it is dropped, what
    /// it counted is reported a last time.
    ///
    /// # Errors
    ///
    /// The interval or a limit is zero, the client is closed, or no thread can be started.
    pub fn build(self) -> Result<MetricsRecorder, MetricsError> {
        if self.max_series == 0 {
            return Err(MetricsError::ZeroLimit { setter: "max_series" });
        }
        let registry = Arc::new(Registry::new(self.max_series));
        let report = MetricsReport::new(Arc::clone(&registry), self.temporality, self.idle_timeout);
        self.client
            .report(None, self.schedule, Box::new(report))
            .map_err(MetricsError::Report)?;
        Ok(MetricsRecorder::new(registry))
    }
}
