//! The `jkool` command as its users meet it: arguments and input in, output, exit code and events out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod command;
mod demo;
mod failures;
mod far_end;
mod pages;
mod send;
mod serve;
mod stdout;
mod tls;
mod tokens;
mod usage;
