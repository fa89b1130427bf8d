//! The `jkool` command as its users meet it: arguments and input in, output, exit code and events out.
//!
//! Without mosquitto the tests that need it fail and say how to install it; `JKOOL_SKIP_MOSQUITTO=1` leaves them out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and left-out tests say so"
)]

mod audience;
mod certificates;
mod client_certificates;
mod command;
mod demo;
mod failures;
mod far_end;
mod gate;
mod mosquitto;
mod mqtt;
mod pages;
mod send;
mod serve;
mod serve_mqtt;
mod spool;
mod stdout;
mod stream;
mod stream_signals;
mod stream_whole;
mod tls;
mod tokens;
mod usage;
