//! Streams jKool entities over HTTPS: records to requests, answers to outcomes.
//!
//! [`Http`] is a [`Connect`](jkool_transport::Connect): a client asks it for a transport and hands that its batches.
//! It sends what it is given once: no queue, no retry, no sleep.
//!
//! ```
//! use jkool_transport::Connect;
//! use jkool_transport_http::{Http, PathMode};
//!
//! let http = Http::builder("my-access-token")
//!     .url("http://localhost:6580/JESL")
//!     .path_mode(PathMode::Typed)
//!     .build()?;
//! assert_eq!(http.endpoint().to_string(), "http://localhost:6580/JESL");
//! # Ok::<(), jkool_transport::TransportError>(())
//! ```
//!
//! # On the wire
//!
//! Each entity is the body of a `POST` over HTTP/1.1, as `application/json`, to the path of the URL
//! ([`PathMode::Root`]) or to one path for each kind of entity ([`PathMode::Typed`]). The access token travels in the
//! headers `X-API-Key` and `token`; `X-API-Host-Name`, `-Addr`, `-Runtime` and `-Version` say who sends
//! ([`identity_headers`](HttpBuilder::identity_headers) turns these off). Connections are kept and used again.
//! No redirect is followed: it would carry the token to another host.
//!
//! # What an answer means
//!
//! | answer | the records are |
//! |---|---|
//! | 2xx | delivered |
//! | 2xx or 4xx with `<access-resp>` and `success` other than `true` | held: the token is refused, for the reason in it |
//! | 2xx with a web page | held: this is no jKool service, but perhaps a login page on the way |
//! | 400, 413, 422 | refused, that one record only |
//! | 401, 403 | held: the token is refused |
//! | 407 | held: the proxy wants credentials |
//! | 408, 425, 429, and 5xx except 501 and 505 | retried, not before `Retry-After` |
//! | 3xx, 501, 505 and every other status | held: something answers that is no jKool service |
//!
//! *Retried* and *held* are up to whoever uses the transport: see [`ErrorKind`](jkool_transport::ErrorKind). A lost
//! answer leaves a record in doubt; sending it again may make a duplicate, which its tracking id tells.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod access_request;
mod answer;
mod body_framing;
mod builder;
mod excerpt;
mod failure;
mod http;
mod identity;
mod outcome;
mod path_mode;
mod proxy;
mod request_headers;
mod targets;
mod transport;

pub use body_framing::BodyFraming;
pub use builder::{CURRENT_SERVICE_URL, DEFAULT_URL, HttpBuilder};
pub use http::Http;
pub use path_mode::PathMode;
pub use proxy::Proxy;
