//! The client as an application sees it.
#![expect(clippy::unwrap_used, reason = "a failed test must fail")]

#[cfg(feature = "http")]
mod activities;
mod allocations;
mod blocking;
#[cfg(feature = "testing")]
mod capture;
#[cfg(feature = "http")]
mod child_process;
#[cfg(feature = "http")]
mod collector;
mod counting_allocator;
mod dead_letters;
#[cfg(feature = "http")]
mod examples;
#[cfg(feature = "http")]
mod far_end;
#[cfg(all(feature = "http", feature = "tracing", feature = "log"))]
mod filters;
mod full_queue;
#[cfg(all(feature = "http", feature = "tracing"))]
mod layer_events;
#[cfg(all(feature = "http", feature = "tracing"))]
mod layer_global;
#[cfg(all(feature = "http", feature = "tracing"))]
mod layer_spans;
mod lifecycle;
#[cfg(all(feature = "http", feature = "log"))]
mod log_records;
#[cfg(all(feature = "metrics", feature = "http"))]
mod metrics;
#[cfg(all(feature = "metrics", feature = "process", feature = "http"))]
#[path = "../../examples/metrics.rs"]
#[expect(dead_code, reason = "the program's own entry is for those who run it")]
mod metrics_example;
#[cfg(all(feature = "http", feature = "mqtt"))]
mod mqtt_broker;
#[cfg(feature = "http")]
mod panics;
#[cfg(all(feature = "process", feature = "http"))]
mod process;
mod promises;
#[cfg(feature = "http")]
mod reports;
mod sending;
mod silence;
#[cfg(feature = "spool")]
mod spool;
mod threads;
#[cfg(feature = "http")]
mod tokens;
mod without_tokio;

use std::time::Duration;

/// How long a test waits for what must happen. Only a hang is that slow.
const PATIENCE: Duration = Duration::from_secs(30);
