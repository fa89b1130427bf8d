//! The formatting of all Rust code, packages outside the workspace included.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "fmt",
    about: "formatting (`cargo fmt --all` repairs it)",
    command: "cargo xtask fmt",
    work: check,
};

fn check(workspace: &Workspace) -> Result<()> {
    Cargo::new("fmt")
        .args(["--all", "--check"])
        .run(workspace.shell())?;
    for manifest in workspace.outside_manifests()? {
        Cargo::new("fmt")
            .args(["--check", "--manifest-path", &manifest])
            .run(workspace.shell())?;
    }
    Ok(())
}
