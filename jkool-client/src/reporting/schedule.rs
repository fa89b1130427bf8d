//! How often something is reported, and as what.

use std::borrow::Cow;
use std::time::Duration;

/// How often something is reported, on which channel and under which category. A [`Duration`] alone is a schedule too.
///
/// ```
/// use jkool_client::{Client, Schedule};
/// use jkool_client::transport::testing::Recording;
/// use std::time::Duration;
///
/// # let recording = Recording::new();
/// # let client = Client::builder().transport(recording.clone()).build()?;
/// client.report_stats(Schedule::every(Duration::from_secs(60)).channel("shop/metrics"))?;
/// client.close(Duration::from_secs(5))?; // the last report
/// assert_eq!(&*recording.records()[0].channel, "shop/metrics");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a schedule does nothing until it is given to one of the client's `report_` methods"]
pub struct Schedule {
    pub(crate) interval: Duration,
    pub(crate) channel: Option<Cow<'static, str>>,
    pub(crate) category: Option<Cow<'static, str>>,
}

impl Schedule {
    /// A report each `interval`, on the client's own channel and under the category that is natural to it.
    pub fn every(interval: Duration) -> Self {
        Self {
            interval,
            channel: None,
            category: None,
        }
    }

    /// The channel of the snapshots: over MQTT without a fixed topic, the topic. Default: that of the client itself.
    pub fn channel(mut self, channel: impl Into<Cow<'static, str>>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// The category of the snapshots, all of them. Default: the one that the method that reports them names.
    pub fn category(mut self, category: impl Into<Cow<'static, str>>) -> Self {
        self.category = Some(category.into());
        self
    }
}

impl From<Duration> for Schedule {
    fn from(interval: Duration) -> Self {
        Self::every(interval)
    }
}
