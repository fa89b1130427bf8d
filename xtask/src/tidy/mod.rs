//! The house rules that no other tool checks, one rule a file. CONTRIBUTING.md tells them to people.

mod absolute_path;
mod adr_index;
mod bare_allow;
mod file_length;
mod file_name;
mod finding;
mod header;
mod ignored_test;
mod link;
mod manifest;
mod named_test;
mod placeholder;
mod readme;
mod sleep;
mod source_file;
mod source_tree;
mod unwrap;
mod whitespace;

use anyhow::{Result, bail};

use crate::console;
use crate::step::Step;
use crate::workspace::Workspace;
use finding::Finding;
use source_file::SourceFile;
use source_tree::SourceTree;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "tidy",
    about: "house rules (CONTRIBUTING.md tells them)",
    command: "cargo xtask tidy",
    work: check,
};

/// Rules that look at one file at a time.
const FILE_RULES: &[fn(&SourceFile) -> Vec<Finding>] = &[
    absolute_path::check,
    bare_allow::check,
    file_length::check,
    file_name::check,
    header::check,
    ignored_test::check,
    placeholder::check,
    sleep::check,
    unwrap::check,
    whitespace::check,
];

/// Rules that need to see more than one file.
const TREE_RULES: &[fn(&SourceTree) -> Vec<Finding>] = &[
    adr_index::check,
    link::check,
    manifest::check,
    named_test::check,
    readme::check,
];

fn check(workspace: &Workspace) -> Result<()> {
    let tree = SourceTree::read(workspace)?;
    let findings = findings(&tree);
    if findings.is_empty() {
        console::note(format_args!("{} files", tree.files().len()));
        return Ok(());
    }
    console::findings(&findings);
    bail!("{} findings", findings.len());
}

fn findings(tree: &SourceTree) -> Vec<Finding> {
    let in_files = tree
        .files()
        .iter()
        .flat_map(|file| FILE_RULES.iter().flat_map(move |rule| rule(file)));
    let mut findings: Vec<Finding> = in_files
        .chain(TREE_RULES.iter().flat_map(|rule| rule(tree)))
        .collect();
    findings.sort();
    findings
}
