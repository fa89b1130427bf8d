//! The benchmarks: a package of its own, so that neither its dependencies nor its build time burden the tests.

use anyhow::Result;

use crate::cargo::Cargo;
use crate::workspace::Workspace;

/// Runs one bench target, or all.
///
/// # Errors
/// The package is missing, does not build, or a benchmark failed.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> Result<()> {
    let manifest = "jkool-bench/Cargo.toml";
    anyhow::ensure!(
        workspace.root().join(manifest).exists(),
        "there are no benchmarks: {manifest} is missing"
    );
    let mut cargo = Cargo::new("bench").args(["--manifest-path", manifest]);
    if let Some(name) = name {
        cargo = cargo.args(["--bench", name]);
    }
    cargo.run(workspace.shell())
}
