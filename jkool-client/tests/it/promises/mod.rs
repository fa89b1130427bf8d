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
mod own_process;
#[cfg(feature = "mqtt")]
mod scripted_broker;
mod secrets;
mod silence;
