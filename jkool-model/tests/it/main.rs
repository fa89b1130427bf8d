//! The model as its users see it: bytes out, bytes in, errors.
#![recursion_limit = "256"]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and its helpers are not marked as tests"
)]

mod allocations;
mod arbitrary;
mod decorations;
mod dialects;
mod numbers;
mod other_clients;
mod reading;
mod round_trips;
mod source_fqn;
mod tnt4py;
mod validation;
