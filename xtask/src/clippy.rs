//! Clippy over every target with every feature; a warning is a failure.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "clippy",
    about: "lints of every target with every feature",
    command: "cargo xtask clippy",
    work: check,
};

fn check(workspace: &Workspace) -> Result<()> {
    Cargo::check("clippy")
        .args([
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ])
        .run(workspace.shell())
}
