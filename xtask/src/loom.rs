//! The models of the client's queue: its threads in all orders with few preemptions.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "loom",
    about: "the queue's files in all orders of its threads with few preemptions (jkool-client/loom)",
    command: "cargo xtask loom",
    work: check,
};

/// A package of its own, so that loom burdens no other build.
const MANIFEST: &str = "jkool-client/loom/Cargo.toml";

fn check(workspace: &Workspace) -> Result<()> {
    Cargo::check("run")
        .args(["--locked", "--manifest-path", MANIFEST])
        .run(workspace.shell())
}
