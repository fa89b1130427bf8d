//! Streams jKool entities to an MQTT 3.1.1 broker, one entity per message, retain off.
//!
//! [`Mqtt`] makes connections to one broker and implements [`Connect`](jkool_transport::Connect); the transports it
//! makes publish records and settle each by the broker's acknowledgement.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use jkool_model::EntityKind;
//! use jkool_transport::{Batch, Connect as _, Record, Report};
//! use jkool_transport_mqtt::Mqtt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), jkool_transport::TransportError> {
//! let mqtt = Mqtt::builder("mqtts://broker.example.com")
//!     .topic("rust/streams")
//!     .credentials("user", "password")
//!     .build()?;
//! let link = mqtt.connect().await?;
//! let record = Record::new(EntityKind::Event, "orders", r#"{"type":"EVENT","msg-text":"order processed"}"#);
//! let (report, settlements) = Report::new(1);
//! let result = link.send(Batch::new([record]), report).await;
//! println!("{:?}", settlements.finish(Some(result)));
//! link.close(Instant::now() + Duration::from_secs(5)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What the outcomes mean
//!
//! | quality of service | outcome | when |
//! |---|---|---|
//! | 0 | `Handed` | written to the socket; nobody confirms it |
//! | 1 (default) | `Delivered` | the broker's PUBACK |
//! | 2 | `Delivered` | the broker's PUBCOMP; over a broken connection *at least once*, as level 1 |
//!
//! When a connection breaks, what was written and not acknowledged is `Unknown`, what waited for its turn is
//! `NotSent`. A transport never connects again by itself: whoever drives it makes a new one.
//!
//! An MQTT 3.1.1 broker cannot say no to a message. It acknowledges those that its access rules forbid, or that are
//! above its size limit, and drops them; or it closes the connection. So a [record is
//! refused](jkool_transport::Connect::admit) before it is accepted if its topic or size cannot pass; access rules and
//! a smaller limit are the broker's, and show in its log only.
//!
//! [`Mqtt::subscribe`] is the other direction: it receives what jKool clients, or others, publish.
//!
//! # Options
//!
//! For those who come from TNT4PY's `MqttHandler`:
//!
//! | TNT4PY | here | default |
//! |---|---|---|
//! | `urlStr` | [`Mqtt::builder`]: `mqtt://`, `mqtts://`, `tcp://`, `ssl://` or bare `host[:port]` | port 1883, with TLS 8883 |
//! | `topic` | [`topic`](MqttBuilder::topic) | each record's channel, the name of its logger |
//! | `level` | an option of the client | |
//! | `clean_session` | [`clean_session`](MqttBuilder::clean_session) | true; false needs a client id |
//! | `client_id` | [`client_id`](MqttBuilder::client_id) | `jkool-` and 16 random digits for each connection |
//! | `keepalive` | [`keepalive`](MqttBuilder::keepalive) | 60 s |
//! | `username`, `password` | [`credentials`](MqttBuilder::credentials) | none; without TLS only on this machine, else [`allow_plaintext`](MqttBuilder::allow_plaintext) |
//! | `ca_certs` | [`TlsOptions::ca_certs_file`](jkool_transport::TlsOptions::ca_certs_file) | what the system trusts |
//! | `certfile`, `keyfile` | [`TlsOptions::client_cert_files`](jkool_transport::TlsOptions::client_cert_files) | none |
//! | `cert_reqs` | [`TlsOptions::danger_accept_invalid_certs`](jkool_transport::TlsOptions::danger_accept_invalid_certs) for `CERT_NONE` | required |
//! | `tls_version` | [`TlsOptions::min_version`](jkool_transport::TlsOptions::min_version) | TLS 1.2 |
//! | `ciphers` | [`TlsOptions::ciphers`](jkool_transport::TlsOptions::ciphers) | all that are safe |
//! | quality of service 0 | [`qos`](MqttBuilder::qos) | 1 |
//! | – | [`window`](MqttBuilder::window), [`max_packet_bytes`](MqttBuilder::max_packet_bytes) | 100, 1 MiB |
//! | – | [`connect_timeout`](MqttBuilder::connect_timeout), [`ack_timeout`](MqttBuilder::ack_timeout) | 10 s, 30 s |

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod admission;
mod broker;
mod builder;
mod client_id;
mod driver;
mod failure;
mod link;
mod mqtt;
mod quality_of_service;
mod session;
mod settings;
mod subscription;
mod topic;
mod window;

pub use builder::MqttBuilder;
pub use mqtt::Mqtt;
pub use quality_of_service::QualityOfService;
pub use subscription::{Publication, Subscription};
