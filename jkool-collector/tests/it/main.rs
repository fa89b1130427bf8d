//! The collector as its peers see it: bytes in, bytes out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod clients;
mod lifecycle;
mod pages;
mod tls;
mod tokens;
mod wire;
