//! Streams logs, events, activities and metrics to the jKool / meshIQ cloud. The host never waits, and nothing
//! accepted is lost without being counted.
//!
//! ```no_run
//! use jkool_client::{Client, Event};
//! # use std::time::Duration;
//!
//! let client = Client::builder().http("my-access-token").build()?;
//! client.send(Event::new("PlaceOrder").message("order processed").correlator("order-4711"))?;
//! client.close(Duration::from_secs(5))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With `JKOOL_TOKEN` or `JKOOL_TOKEN_FILE` in the environment, [`Client::from_env`] needs no code for the
//! destination. A [`Logger`] gives what it sends a default operation and a channel. Entities lack nothing they need:
//! a source FQN, a tracking id, a time and a process id are filled in.
//!
//! ```
//! use jkool_client::{Client, Event, Severity, Snapshot};
//! # use jkool_client::transport::testing::Recording;
//! # use std::time::Duration;
//!
//! # let recording = Recording::new();
//! # let my_transport = recording.clone();
//! let client = Client::builder()
//!     .transport(my_transport) // anything that implements `Connect`
//!     .source_fqn("APPL=Shop#SERVER=?#DATACENTER=DC1".parse()?)
//!     .build()?;
//! let orders = client.logger("orders");
//! orders.send(
//!     Event::new("PlaceOrder").message("order processed").severity(Severity::Warning).snapshot(
//!         Snapshot::new("Payment").category("Order").property("order-amount", 99.5),
//!     ),
//! )?;
//! let receipt = orders.send_tracked(Event::new("PayOrder"))?;
//! client.flush(Duration::from_secs(5))?;
//! assert!(receipt.fate().is_some_and(|fate| fate.is_success()));
//! assert_eq!(client.stats().delivered, 2);
//! # assert!(recording.bodies()[0].contains("#DATACENTER=DC1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Metrics are snapshots. A [`Meter`] counts and times by hand; `Client::metrics` (feature `metrics`) takes those of the
//! `metrics` facade, `Client::report_process` (feature `process`) those of the process, and [`Client::report_stats`]
//! those of the client itself.
//!
//! In tests, `testing::capture` (feature `testing`) gives a client whose events can be looked at.
//!
//! Logs need no calls at all: with the feature `tracing` spans become activities and events become events
//! (`Client::tracing_layer`), with the feature `log` records become events (`Client::log_logger`).
//! [`Client::activity`] starts an activity by hand, and [`Client::panic_hook`] tells of panics.
//!
//! What should not be sent is [filtered](ClientBuilder#filters): by level and target, by sampling whole activities, as a
//! repetition, beyond a rate, or by a hook that may change or refuse what is sent.
//!
//! ```
//! use jkool_client::{Client, Entity, Event, FilterReason, RateLimit, Severity};
//! # use jkool_client::transport::testing::Recording;
//! use std::time::Duration;
//!
//! # let my_transport = Recording::new();
//! let client = Client::builder()
//!     .transport(my_transport)
//!     .target_level("orders", Severity::Warning)
//!     .sample(0.1)
//!     .suppress_repeats(Duration::from_secs(10))
//!     .rate_limit(RateLimit::per_second(1_000).burst(5_000))
//!     .before_send(|entity| match entity {
//!         Entity::Event(event) => Some(event.user("somebody").into()),
//!         other => Some(other),
//!     })
//!     .build()?;
//! client.logger("orders").send(Event::new("PlaceOrder"))?; // of severity INFO
//! assert_eq!(client.stats().filtered.get(FilterReason::Level), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! Every promise names a [`State`]:
//!
//! | state | means | promised by |
//! |---|---|---|
//! | *queued* | the event is in the memory of this process | `Ok` of [`Client::send`] |
//! | *stored* | it is on disk, and survives the process and power loss; only with a spool | a [`Receipt`]; [`Stats::stored`] |
//! | *delivered* | the far end confirmed it | a [`Receipt`]; [`Stats::delivered`] |
//! | *handed* | it was written to the socket, where the protocol promises no confirmation | a [`Receipt`]; [`Stats::handed`] |
//! | *dropped* | it was given up, for a [`DropReason`] | a [`Receipt`]; [`Stats::dropped`]; a [`DeadLetter`] if it was refused |
//!
//! * `send` never waits for the network or for room in the queue. It copies the encoded event into a buffer of
//!   bounded size; if there is no room, it hands the event back in its [`SendError`], or does what [`OnFull`] says.
//! * Delivery is *at least once*: when an answer gets lost, the event is sent again, with the same tracking id, so that
//!   duplicates can be told. [`Stats::retries_in_doubt`] counts them.
//! * Temporary failures are retried with growing waits ([`RetryPolicy`]). A refused token or a wrong address *holds*
//!   everything back, raises one [`Alarm`], and drops nothing until it is mended, or until an event is older than the
//!   [delivery time-out](ClientBuilder::delivery_timeout). [`Client::set_token`] ends a hold.
//! * With a spool (feature `spool`), what memory cannot hold goes to disk, or everything does; what is left at the end is
//!   stored, not dropped.
//! * At any quiet moment every event is accounted for: see [`Stats`].
//! * [`flush`](Client::flush) and [`close`](Client::close) return in time, whatever hangs, and say what is left.
//! * Nothing here panics, exits or logs. What the worker's own libraries log is marked: see [`is_silenced`].
//!
//! # Features
//!
//! <!-- features:begin -->
//! | feature | default | what it adds |
//! |---|---|---|
//! | `http` | yes | Streaming over HTTPS. |
//! | `mqtt` |  | Streaming over MQTT. |
//! | `tracing` |  | A layer for the crate `tracing`: spans become activities, events become events. |
//! | `log` |  | A logger for the crate `log`: records become events. |
//! | `metrics` |  | Metrics of the `metrics` facade as snapshots. |
//! | `process` |  | CPU, memory, threads and files of the process as snapshots. |
//! | `testing` |  | A client for the tests of a program's own instrumentation. |
//! | `spool` |  | Keeping on disk what memory cannot hold. |
//! <!-- features:end -->

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(doctest, feature = "mqtt", feature = "tracing"))]
mod readme;

mod client;
mod logger;

mod build_error;
mod builder;
mod defaults;
mod destination;
mod environment;
mod guard;
mod retry_policy;

mod channel;
mod filter;
mod filtered;
mod intake;
mod on_full;
mod scratch;
mod send_error;
mod tally;

mod queue;
mod sync;

mod activity;
mod error_chain;
mod panic_hook;
mod text_cut;

#[cfg(any(feature = "log", feature = "tracing"))]
mod capture;
#[cfg(any(feature = "log", feature = "tracing"))]
mod encoded;
#[cfg(feature = "log")]
mod log_logger;
#[cfg(feature = "tracing")]
mod tracing_layer;

mod check_error;
mod close_error;
mod completion;
mod fate;
mod flush_error;
mod receipt;
mod receipt_cell;
mod timed;
mod wait_error;

mod alarm;
mod dead_letter;
mod dead_letter_file;
mod delivery;
mod drop_reason;
mod health;
mod hold_cause;
mod hooks;
mod latency;
mod ledger;
mod silence;
#[cfg(feature = "spool")]
mod spool;
mod stats;
mod worker;

#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "process")]
mod process;
mod reporting;

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;

/// The data model, whole.
pub use jkool_model as model;
/// The seam to transports, whole.
pub use jkool_transport as transport;

pub use jkool_model::{
    Activity, ActivityStatus, CompletionCode, Dataset, Decorations, Dialect, Entity, EntityKind, Event,
    LogEntry, LogType, Message, NonFinite, OperationType, ParseSourceFqnError, Problems, Property,
    PropertyValue, RawJson, Severity, Snapshot, SourceFqn, SourceType, Timestamp, TrackingId, Ttl, ValueType,
};
#[cfg(any(feature = "http", feature = "mqtt"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "http", feature = "mqtt"))))]
pub use jkool_transport::TlsOptions;
pub use jkool_transport::{
    AccessToken, Connect, Endpoint, ErrorKind, Refusal, RefusalKind, TokenSource, Transport, TransportError,
};
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub use jkool_transport_http::{
    BodyFraming, CURRENT_SERVICE_URL, DEFAULT_URL, Http, HttpBuilder, PathMode, Proxy,
};
#[cfg(feature = "mqtt")]
#[cfg_attr(docsrs, doc(cfg(feature = "mqtt")))]
pub use jkool_transport_mqtt::{Mqtt, MqttBuilder, Publication, QualityOfService, Subscription};

pub use activity::{ActivityBuilder, RunningActivity};
pub use alarm::Alarm;
pub use build_error::BuildError;
pub use builder::ClientBuilder;
#[cfg(any(feature = "log", feature = "tracing"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "log", feature = "tracing"))))]
pub use capture::Redaction;
pub use check_error::CheckError;
pub use client::Client;
pub use close_error::CloseError;
pub use dead_letter::DeadLetter;
pub use drop_reason::DropReason;
pub use fate::{Dropped, Fate, State};
pub use filter::{FilterCounts, FilterReason, RateLimit};
pub use flush_error::FlushError;
pub use guard::Guard;
pub use health::Health;
pub use hold_cause::HoldCause;
#[cfg(feature = "log")]
#[cfg_attr(docsrs, doc(cfg(feature = "log")))]
pub use log_logger::{InstallError, LogLogger};
pub use logger::Logger;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub use metrics::{MetricsBuilder, MetricsError, MetricsRecorder, Temporality};
pub use on_full::OnFull;
pub use panic_hook::PanicHook;
pub use receipt::Receipt;
pub use reporting::{Meter, ReportError, Schedule, Stopwatch};
pub use retry_policy::RetryPolicy;
pub use send_error::{SendError, SendErrorKind};
pub use silence::is_silenced;
#[cfg(feature = "spool")]
#[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
pub use spool::{CorruptFile, SlotStatus, Spool, SpoolError, SpoolMode, SpoolState, SpoolStats, SpoolStatus};
pub use stats::{DropCounts, Stats};
#[cfg(feature = "tracing")]
#[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
pub use tracing_layer::TracingLayer;
pub use wait_error::WaitError;
