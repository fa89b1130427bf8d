//! The transport against far ends: mosquitto, started for each test, and a broker that follows a script.
//!
//! Without mosquitto the tests that need it fail and say how to install it; `JKOOL_SKIP_MOSQUITTO=1` leaves them out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a broken expectation fails the test, and left-out tests say so"
)]

mod admission;
mod certificates;
mod closing;
mod conformance;
mod connecting;
mod crash;
mod losing_the_link;
mod mosquitto;
mod scripted_broker;
mod sending;
mod settling;
mod spy;
mod subscribing;
