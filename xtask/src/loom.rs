//! The models of the client's queue: every order in which its threads can run.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "loom",
    about: "the queue's files in every order in which its threads can run (jkool-client/loom)",
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
