//! What the client promises, each promise with a test that fails if it is broken.
//!
//! The [`Oracle`](oracle::Oracle) judges most of them: it claims an event when it is accepted, and finds in what
//! arrived whether anything is missing, altered or invented.

#[cfg(all(unix, feature = "http"))]
mod fork;
mod hanging;
#[cfg(feature = "http")]
mod http_faults;
#[cfg(feature = "http")]
mod http_server;
#[cfg(any(feature = "http", feature = "mqtt"))]
mod listener;
#[cfg(feature = "http")]
mod memory;
#[cfg(feature = "mqtt")]
mod mosquitto;
#[cfg(feature = "mqtt")]
mod mqtt_faults;
#[cfg(feature = "mqtt")]
mod mqtt_wire;
mod never_blocks;
mod oracle;
#[cfg(any(feature = "http", feature = "mqtt"))]
pub(crate) mod own_process;
#[cfg(feature = "mqtt")]
mod scripted_broker;
#[cfg(any(feature = "http", feature = "mqtt"))]
mod secrets;
#[cfg(any(feature = "http", feature = "mqtt"))]
mod silence;
#[cfg(all(feature = "http", feature = "spool"))]
mod spool_crashes;
#[cfg(all(feature = "http", feature = "spool"))]
mod spool_outages;
