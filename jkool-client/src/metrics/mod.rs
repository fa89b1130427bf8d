//! The recorder of the `metrics` facade, whose metrics become snapshots.

mod builder;
mod cell_cache;
mod counter;
mod description;
mod error;
mod gauge;
mod histogram;
mod overflow;
mod recorder;
mod registry;
mod report;
mod store;
mod temporality;
mod unit;

pub use builder::MetricsBuilder;
pub use error::MetricsError;
pub use recorder::MetricsRecorder;
pub use temporality::Temporality;
