//! `cargo xtask ci`: every check. The cheap ones come first, so that a mistake shows early; the tests come last, so
//! that their closing lines end the output.

use std::time::Duration;

use anyhow::Result;

use crate::step::Step;
use crate::workspace::Workspace;
use crate::{clippy, codegen, console, doc, features, fmt, layers, licences, loom, msrv, test, tidy};

/// The checks in their order.
pub(crate) const STEPS: &[Step] = &[
    fmt::STEP,
    tidy::STEP,
    layers::STEP,
    licences::STEP,
    msrv::STEP,
    codegen::STEP,
    clippy::STEP,
    features::STEP,
    doc::STEP,
    loom::STEP,
    test::STEP,
];

/// Runs all checks and stops at the first that fails.
///
/// # Errors
/// The first check that failed.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut total = Duration::ZERO;
    for step in STEPS {
        total += step.run(workspace)?;
    }
    console::headline(
        "ci",
        &format!("all {} checks passed in {}", STEPS.len(), console::seconds(total)),
    );
    Ok(())
}
