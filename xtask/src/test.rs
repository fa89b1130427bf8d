//! All tests: units, integration, documentation examples. Needs nothing but cargo; the MQTT end-to-end tests want
//! mosquitto.

use std::io::IsTerminal;

use anyhow::Result;

use crate::cargo::Cargo;
use crate::mosquitto::Broker;
use crate::step::Step;
use crate::test_total::TestTotal;
use crate::workspace::Workspace;
use crate::{console, mosquitto};

/// The whole suite.
pub(crate) const STEP: Step = Step {
    name: "test",
    about: "units, integration, documentation examples",
    command: "cargo xtask test",
    work: |workspace| run_with(workspace, &[], Broker::Required),
};

/// Runs the suite; `args` go to `cargo test`.
///
/// # Errors
/// A test failed or did not build.
pub(crate) fn run_with(workspace: &Workspace, args: &[String], broker: Broker) -> Result<()> {
    let mut cargo = Cargo::new("test");
    // Who names a package or a manifest wants that one, not all of them.
    let chosen = args.iter().take_while(|arg| *arg != "--").any(|arg| {
        arg.starts_with("-p") || arg.starts_with("--package") || arg.starts_with("--manifest-path")
    });
    if !chosen {
        cargo = cargo.arg("--workspace");
    }
    cargo = cargo.arg("--all-features").args(args);
    let skip = broker.skip();
    if let Some((name, value)) = skip {
        cargo = cargo.env(name, value);
        mosquitto::announce_skip();
    }
    let result = run_cargo(workspace, cargo);
    if skip.is_some() {
        mosquitto::announce_skip();
    }
    result
}

fn run_cargo(workspace: &Workspace, cargo: Cargo) -> Result<()> {
    if std::io::stdout().is_terminal() {
        // A terminal shows the colours that libtest leaves out when its output is read by a program.
        return cargo.run(workspace.shell());
    }
    let mut total = TestTotal::default();
    let result = cargo.run_by_line(workspace.shell(), |line| {
        total.add(line);
        console::pass_on(line);
    });
    console::pass_on(format_args!("total: {total}"));
    result
}
