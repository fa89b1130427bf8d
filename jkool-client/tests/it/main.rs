//! The client as an application sees it.
#![expect(clippy::unwrap_used, reason = "a failed test must fail")]

mod allocations;
mod blocking;
#[cfg(feature = "testing")]
mod capture;
#[cfg(feature = "http")]
mod collector;
mod counting_allocator;
mod dead_letters;
mod full_queue;
mod lifecycle;
#[cfg(all(feature = "metrics", feature = "http"))]
mod metrics;
#[cfg(all(feature = "metrics", feature = "process", feature = "http"))]
#[path = "../../examples/metrics.rs"]
#[expect(dead_code, reason = "the program's own entry is for those who run it")]
mod metrics_example;
#[cfg(all(feature = "process", feature = "http"))]
mod process;
mod promises;
#[cfg(feature = "http")]
mod reports;
mod sending;
mod silence;
mod threads;
#[cfg(feature = "http")]
mod tokens;
mod without_tokio;

use std::time::Duration;

/// How long a test waits for what must happen. Only a hang is that slow.
const PATIENCE: Duration = Duration::from_secs(30);
