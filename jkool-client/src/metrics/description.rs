//! What a program says of its metrics.

use metrics::{SharedString, Unit};

/// What a program says of a metric.
#[derive(Clone, Debug)]
pub(super) struct Description {
    pub(super) unit: Option<Unit>,
    pub(super) text: SharedString,
}

/// A name may stand for one metric of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    /// The category of its snapshots.
    pub(super) fn category(self) -> &'static str {
        match self {
            Self::Counter => "Counter",
            Self::Gauge => "Gauge",
            Self::Histogram => "Histogram",
        }
    }
}
