//! All files of the repository that git keeps or would keep.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use xshell::cmd;

use super::source_file::SourceFile;
use crate::workspace::Workspace;

/// The files, read once for all rules.
#[derive(Debug)]
pub(crate) struct SourceTree {
    files: Vec<SourceFile>,
    paths: BTreeSet<String>,
}

impl SourceTree {
    /// Reads the tracked files, and new ones that are not ignored.
    ///
    /// # Errors
    /// git is missing, or this is no checkout.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let listing = cmd!(
            workspace.shell(),
            "git ls-files -z --cached --others --exclude-standard"
        )
        .quiet()
        .read()
        .context("cannot list the files of this checkout with git")?;
        let mut files = Vec::new();
        let mut paths = BTreeSet::new();
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            // A file may be tracked and deleted; one that is not UTF-8 is no text.
            let Ok(bytes) = std::fs::read(workspace.root().join(path)) else {
                continue;
            };
            paths.insert(path.to_owned());
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(SourceFile::new(path, &text));
            }
        }
        Ok(Self::new(files, paths))
    }

    fn new(mut files: Vec<SourceFile>, paths: BTreeSet<String>) -> Self {
        let for_tests: BTreeSet<String> = files.iter().flat_map(test_module_paths).collect();
        for file in &mut files {
            if for_tests.contains(file.path()) {
                file.mark_as_tests();
            }
        }
        Self { files, paths }
    }

    /// A tree of these texts, as (path, text).
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self::new(
            files
                .iter()
                .map(|(path, text)| SourceFile::new(path, text))
                .collect(),
            paths,
        )
    }

    /// The text files.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// One text file.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path() == path)
    }

    /// Whether a file or folder of this name is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let inside = self
            .paths
            .range(folder.clone()..)
            .next()
            .is_some_and(|next| next.starts_with(&folder));
        path.is_empty() || inside || self.paths.contains(path)
    }
}

/// Where the modules can be that a file includes for tests only.
fn test_module_paths(file: &SourceFile) -> Vec<String> {
    let Some(rust) = file.rust() else {
        return Vec::new();
    };
    let stem = file.path().trim_end_matches(".rs");
    let (parent, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let folder = if matches!(name, "lib" | "main" | "mod") {
        parent
    } else {
        stem
    };
    let paths = |module: &str| {
        [
            format!("{folder}/{module}.rs"),
            format!("{folder}/{module}/mod.rs"),
        ]
    };
    rust.test_modules().flat_map(paths).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_its_parent_includes_for_tests_is_test_code() {
        let tree = SourceTree::of(&[
            ("a/src/lib.rs", "#[cfg(test)]\nmod oracle;\nmod queue;\n"),
            ("a/src/oracle.rs", "fn a() {}\n"),
            ("a/src/queue.rs", "#[cfg(test)]\nmod model;\n"),
            ("a/src/queue/model.rs", "fn a() {}\n"),
        ]);
        assert!(tree.file("a/src/oracle.rs").unwrap().is_test_line(0));
        assert!(tree.file("a/src/queue/model.rs").unwrap().is_test_line(0));
        assert!(!tree.file("a/src/lib.rs").unwrap().is_test_line(2));
    }

    #[test]
    fn files_and_folders_are_found() {
        let tree = SourceTree::of(&[("docs/adr/README.md", ""), ("docs-old.md", "")]);
        assert!(tree.has("docs/adr/README.md") && tree.has("docs/adr") && tree.has("docs"));
        assert!(!tree.has("docs/adr/README") && !tree.has("doc") && !tree.has("docs-old"));
    }
}
