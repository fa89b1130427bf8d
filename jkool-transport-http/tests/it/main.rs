//! The HTTP transport against real sockets on the loopback interface.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

mod answers;
mod certificates;
mod conformance;
mod connections;
mod exchange;
mod framing;
mod handshake;
mod options;
mod proxies;
mod secrets;
mod server;
mod tls;
mod tunnels;
mod wire;
