//! What is not sent because the program does not want it: by level and target, by sampling, as a repetition, beyond a
//! rate, or by a hook of its own.

mod before_send;
mod candidate;
mod counts;
mod filters;
mod fingerprint;
mod options;
mod rate_limit;
mod reason;
mod repeats;
mod sampling;
mod target_levels;
mod token_bucket;

pub use counts::FilterCounts;
pub use rate_limit::RateLimit;
pub use reason::FilterReason;

pub(crate) use before_send::{BeforeSend, Panicked};
pub(crate) use candidate::{ByHand, Candidate};
pub(crate) use filters::{Filters, Passed};
pub(crate) use fingerprint::Fingerprint;
#[cfg(any(feature = "log", feature = "tracing"))]
pub(crate) use fingerprint::FingerprintWriter;
pub(crate) use options::FilterOptions;
pub(crate) use repeats::Repeats;
pub(crate) use sampling::Sampling;
pub(crate) use target_levels::TargetLevels;
use token_bucket::TokenBucket;

/// The property of an event that tells how many equal ones were suppressed before it.
pub(crate) const REPEATED: &str = "repeated";
