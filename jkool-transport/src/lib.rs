//! The seam between a jKool client and the wire.
//!
//! A client hands over [`Batch`]es of encoded records; a [`Transport`] carries them and settles each record with
//! an [`Outcome`] through a [`Report`]; a [`Connect`] makes transports, again after every failure of the link.
//! The seam knows neither queues nor retries, and no HTTP or MQTT library: `jkool-transport-http` and
//! `jkool-transport-mqtt` implement it, and so can you.
//!
//! # A transport of your own
//!
//! ```
//! use std::time::Instant;
//! use jkool_transport::{async_trait, Batch, Connect, Endpoint, Limits, Outcome, Report, Transport, TransportError};
//!
//! /// Writes each record to standard output, one line each.
//! #[derive(Debug)]
//! struct Stdout(Endpoint);
//!
//! #[async_trait]
//! impl Connect for Stdout {
//!     async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
//!         Ok(Box::new(StdoutLink))
//!     }
//!     fn endpoint(&self) -> &Endpoint {
//!         &self.0
//!     }
//! }
//!
//! struct StdoutLink;
//!
//! #[async_trait]
//! impl Transport for StdoutLink {
//!     async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
//!         for (index, record) in batch.iter().enumerate() {
//!             println!("{}", String::from_utf8_lossy(&record.body));
//!             report.settle(index, Outcome::Delivered);
//!         }
//!         Ok(())
//!     }
//!     async fn check(&self) -> Result<(), TransportError> {
//!         Ok(())
//!     }
//!     async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
//!         Ok(())
//!     }
//!     fn limits(&self) -> Limits {
//!         Limits::default()
//!     }
//! }
//!
//! let connect = Stdout(Endpoint::named("stdout"));
//! assert_eq!(connect.endpoint().to_string(), "stdout");
//! ```
//!
//! # Features
//!
//! * `tls`: `TlsOptions`, and the rustls configuration made from them; HTTP and MQTT share it.
//! * `testing`: a recording and a scripted transport, and the conformance suite that every transport passes.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod batch;
mod connect;
mod endpoint;
mod error;
mod limits;
mod outcome;
mod record;
mod refusal;
mod report;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tls")]
mod tls;
mod token;
mod token_source;
mod transport;

pub use async_trait::async_trait;
pub use batch::Batch;
pub use connect::Connect;
pub use endpoint::{Endpoint, ParseEndpointError};
pub use error::{ErrorKind, Handling, TransportError};
pub use limits::Limits;
pub use outcome::Outcome;
pub use record::Record;
pub use refusal::{Refusal, RefusalKind};
pub use report::{Report, Settled, Settlements};
#[cfg(feature = "tls")]
pub use tls::{ParseTlsVersionError, TlsOptions, TlsVersion, tls_failure};
pub use token::AccessToken;
pub use token_source::TokenSource;
pub use transport::Transport;
