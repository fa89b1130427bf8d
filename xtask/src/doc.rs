//! The documentation builds without a warning: no broken link, no bare address, no unknown tag.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "doc",
    about: "documentation without a warning",
    command: "cargo xtask doc",
    work: check,
};

fn check(workspace: &Workspace) -> Result<()> {
    Cargo::check("doc")
        .args(["--workspace", "--all-features", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run(workspace.shell())
}
