//! A local receiver of the jKool streaming protocol.
//!
//! See your events without an account, or give tests a real far end: the collector takes what jKool clients send over
//! HTTP or HTTPS, checks it against the model, and keeps it for you in memory, in a file, or in a callback.
//!
//! ```
//! use std::time::Duration;
//!
//! use jkool_collector::Collector;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let collector = Collector::builder().token("my-token").start().await?;
//!
//! // Any client will do; this one speaks HTTP by hand.
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! let mut connection = tokio::net::TcpStream::connect(collector.address()).await?;
//! connection
//!     .write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-API-Key: my-token\r\nContent-Length: 33\r\n\r\n")
//!     .await?;
//! connection.write_all(br#"{"operation":"a","msg-text":"hi"}"#).await?;
//!
//! let received = collector.wait_for(1, Duration::from_secs(5)).await;
//! assert_eq!(received[0].body(), r#"{"operation":"a","msg-text":"hi"}"#);
//! assert_eq!(collector.shutdown(Duration::from_secs(1)).await.accepted, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What it answers
//!
//! | request | answer |
//! |---|---|
//! | `POST` of an entity to any path | 202; 400 with the reason if it is not a valid entity |
//! | `POST` of several entities, one per line | 202 if all are valid; else 400 naming the line, and none is taken |
//! | `POST` to a path that ends in `event`, `activity`, `snapshot`, `dataset` or `log` | the same, read as that kind |
//! | `POST` of `<access-request><token>…</token></access-request>` | `<access-resp>` with `<success>`; 401 on refusal |
//! | any `POST` with `Pragma: ping` | 200 |
//! | any request with `Pragma: no-response` | nothing at all |
//! | `GET /stats` | the [`Stats`] as JSON |
//! | `GET /` | what this is, in a few words |
//! | any other method | 405 |
//!
//! What comes by other means, such as a message queue, can be handed over with [`Collector::take`]: it is checked,
//! counted and kept like the rest.
//!
//! With a [token](CollectorBuilder::token), entities are taken (else: 401) if the request carries it in the header
//! `X-API-Key` or `token`, or carries neither and comes over a connection on which a handshake has succeeded, since
//! TNT4PY presents its token in no other way. Handshakes, pings and `GET` need no token. A body over the
//! [limit](CollectorBuilder::max_body_bytes) is answered with 413, one that does not arrive
//! [in time](CollectorBuilder::body_timeout) with 408, and one that the output file cannot take with 503.
//!
//! It is a tool for one machine or a trusted network: it neither limits who connects nor how much is sent in all.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod answer;
mod authority;
mod builder;
mod collector;
mod connections;
mod escape;
mod handshake;
mod intake;
mod line_format;
mod line_words;
mod output_file;
mod quiet;
mod reading;
mod received;
mod routes;
mod start_error;
mod stats;
mod take_error;
mod tls;

pub use builder::CollectorBuilder;
pub use collector::Collector;
pub use escape::Escaped;
pub use line_format::LineFormat;
pub use received::Received;
pub use start_error::StartError;
pub use stats::Stats;
pub use take_error::TakeError;
