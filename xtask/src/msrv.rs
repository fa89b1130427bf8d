//! No dependency asks for a newer Rust than this workspace promises to build with.

use anyhow::{Result, bail};
use cargo_metadata::semver::Version;

use crate::console;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "msrv",
    about: "the oldest Rust that every dependency supports",
    command: "cargo xtask msrv",
    work: check,
};

fn check(workspace: &Workspace) -> Result<()> {
    let metadata = workspace.metadata()?;
    let promised = metadata
        .workspace_packages()
        .iter()
        .filter_map(|package| package.rust_version.clone())
        .min();
    let Some(promised) = promised else {
        bail!("no crate states its `rust-version`")
    };
    let too_new: Vec<String> = metadata
        .packages
        .iter()
        .filter_map(|package| too_new(&package.name, package.rust_version.as_ref()?, &promised))
        .collect();
    if too_new.is_empty() {
        console::note(format_args!(
            "{} packages ask for Rust {promised} or older, or do not say",
            metadata.packages.len()
        ));
        return Ok(());
    }
    console::findings(&too_new);
    bail!(
        "{} packages need a newer Rust than {promised}; require an older version of them",
        too_new.len()
    );
}

fn too_new(name: &str, needed: &Version, promised: &Version) -> Option<String> {
    (needed > promised).then(|| format!("{name} needs Rust {needed}, this workspace promises {promised}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_newer_rust_is_reported() {
        let promised = Version::new(1, 90, 0);
        assert_eq!(too_new("old", &Version::new(1, 89, 0), &promised), None);
        assert_eq!(too_new("same", &Version::new(1, 90, 0), &promised), None);
        let report = too_new("new", &Version::new(1, 91, 0), &promised);
        assert_eq!(
            report.as_deref(),
            Some("new needs Rust 1.91.0, this workspace promises 1.90.0")
        );
    }
}
