//! The client as an application sees it.
#![expect(clippy::unwrap_used, reason = "a failed test must fail")]

#[cfg(feature = "http")]
mod activities;
mod allocations;
mod blocking;
#[cfg(feature = "http")]
mod child_process;
#[cfg(feature = "http")]
mod collector;
#[cfg(feature = "http")]
mod examples;
#[cfg(feature = "http")]
mod far_end;
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
#[cfg(all(feature = "http", feature = "mqtt"))]
mod mqtt_broker;
#[cfg(feature = "http")]
mod panics;
mod promises;
mod sending;
mod silence;
mod threads;
mod without_tokio;

use std::time::Duration;

/// How long a test waits for what must happen. Only a hang is that slow.
const PATIENCE: Duration = Duration::from_secs(30);
