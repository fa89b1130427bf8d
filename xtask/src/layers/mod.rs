//! The crates depend on each other only as the architecture allows.

mod edge;
mod rules;
mod tree;

use anyhow::{Result, bail};

use crate::cargo::Cargo;
use crate::console;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "layers",
    about: "which crate depends on which (rules: xtask/src/layers/rules.rs)",
    command: "cargo xtask layers",
    work: check,
};

fn check(workspace: &Workspace) -> Result<()> {
    let members = edge::members(workspace.metadata()?);
    let mut violations = edge::violations(&members, rules::LAYERS, rules::OWNERS);
    for absence in rules::ABSENCES {
        // cargo metadata unites the features of all members; only the tree of one package shows what that one brings.
        let listing = Cargo::new("tree")
            .args([
                "--edges", "normal", "--target", "all", "--prefix", "depth", "--format", " {p}",
            ])
            .args(["--package", absence.package])
            .args(absence.features)
            .read(workspace.shell())?;
        violations.extend(tree::violations(&listing, absence));
    }
    if violations.is_empty() {
        return Ok(());
    }
    console::findings(&violations);
    bail!("{} dependencies break the architecture", violations.len());
}
