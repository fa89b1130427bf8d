//! Development tasks of this workspace. `cargo xtask help` lists them, `cargo xtask ci` runs every check.

mod bench;
mod cargo;
mod ci;
mod cli;
mod clippy;
mod codegen;
mod console;
mod deny_policy;
mod doc;
mod features;
mod fmt;
mod fuzz;
mod layers;
mod licences;
mod loom;
mod mosquitto;
mod msrv;
mod rust_source;
mod step;
mod test;
mod test_total;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::failure(&error);
            ExitCode::FAILURE
        }
    }
}
