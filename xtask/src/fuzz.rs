//! Fuzz targets: cargo-fuzz on nightly Rust, for a bounded time.

use anyhow::{Result, ensure};

use crate::cargo::Cargo;
use crate::workspace::Workspace;

/// The folder of the fuzz package.
const FOLDER: &str = "jkool-model/fuzz";

/// Runs a fuzz target for `seconds`.
///
/// # Errors
/// A tool or the target is missing, or an input was found that fails.
pub(crate) fn run(workspace: &Workspace, target: &str, seconds: u32) -> Result<()> {
    let shell = workspace.shell();
    let source = format!("{FOLDER}/fuzz_targets/{target}.rs");
    ensure!(
        workspace.root().join(&source).exists(),
        "there is no fuzz target {target:?}: {source} is missing"
    );
    ensure!(
        Cargo::new("--version").on_nightly().succeeds(shell),
        "fuzzing needs nightly Rust; install it with: rustup toolchain install nightly"
    );
    ensure!(
        Cargo::new("fuzz").arg("--version").succeeds(shell),
        "fuzzing needs cargo-fuzz; install it with: cargo install cargo-fuzz"
    );
    Cargo::new("fuzz")
        .args(["run", "--fuzz-dir", FOLDER, target, "--"])
        .arg(&format!("-max_total_time={seconds}"))
        .on_nightly()
        .run(shell)
}
