//! Versions, licence, lints and the like are stated once, in the root manifest; the crates say `workspace = true`.

use toml::{Table, Value};

use super::finding::Finding;
use super::source_tree::SourceTree;

/// What each crate takes over from the root.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "repository"];

/// The tables that name dependencies.
const DEPENDENCIES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Looks at the manifest of each member of the workspace.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let Some(root) = tree
        .file("Cargo.toml")
        .and_then(|file| toml::from_str::<Table>(file.text()).ok())
    else {
        return vec![Finding::in_file("Cargo.toml", "is missing or is not TOML")];
    };
    let members = root
        .get("workspace")
        .and_then(|w| w.get("members"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut findings = Vec::new();
    for member in members.filter_map(Value::as_str) {
        let path = format!("{member}/Cargo.toml");
        match tree.file(&path).map(|file| toml::from_str::<Table>(file.text())) {
            Some(Ok(manifest)) => {
                findings.extend(
                    messages(&manifest)
                        .into_iter()
                        .map(|message| Finding::in_file(&path, message)),
                );
            }
            _ => findings.push(Finding::in_file(&path, "is missing or is not TOML")),
        }
    }
    findings
}

fn messages(manifest: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for name in INHERITED {
        if !inherits(manifest.get("package").and_then(|package| package.get(name))) {
            found.push(format!(
                "write `{name}.workspace = true`: the root manifest states it"
            ));
        }
    }
    if !inherits(manifest.get("lints")) {
        found.push("write `[lints]` with `workspace = true`: the root manifest states them".to_owned());
    }
    let per_target = manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values);
    for table in [manifest]
        .into_iter()
        .chain(per_target.filter_map(Value::as_table))
    {
        for (name, dependency) in DEPENDENCIES
            .iter()
            .filter_map(|kind| table.get(*kind)?.as_table())
            .flatten()
        {
            if !inherits(Some(dependency)) {
                found.push(format!(
                    "write `{name}.workspace = true`: versions stand in the root manifest"
                ));
            }
        }
    }
    found
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
[package]
name = \"a\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
[lints]
workspace = true
[dependencies]
serde.workspace = true
tokio = { workspace = true, features = [\"rt\"] }
";

    fn found(manifest: &str) -> Vec<String> {
        let tree = SourceTree::of(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
            ("a/Cargo.toml", manifest),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_manifest_that_takes_everything_over_passes() {
        assert_eq!(found(GOOD), [""; 0]);
    }

    #[test]
    fn a_version_of_its_own_is_found_wherever_it_stands() {
        let message = "a/Cargo.toml: write `x.workspace = true`: versions stand in the root manifest";
        for section in [
            "dev-dependencies",
            "build-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            assert_eq!(
                found(&format!("{GOOD}[{section}]\nx = \"1.0\"\n")),
                [message],
                "{section}"
            );
        }
        assert_eq!(
            found(&format!("{GOOD}[dependencies.x]\nversion = \"1\"\n")),
            [message]
        );
    }

    #[test]
    fn what_is_not_taken_over_is_named() {
        let message = "a/Cargo.toml: write `edition.workspace = true`: the root manifest states it";
        assert_eq!(
            found(&GOOD.replace("edition.workspace = true", "edition = \"2024\"")),
            [message]
        );
        let message = "a/Cargo.toml: write `[lints]` with `workspace = true`: the root manifest states them";
        assert_eq!(found(&GOOD.replace("[lints]\nworkspace = true\n", "")), [message]);
    }

    #[test]
    fn a_member_without_a_manifest_is_found() {
        assert_eq!(
            check(&SourceTree::of(&[(
                "Cargo.toml",
                "[workspace]\nmembers = [\"a\"]\n"
            )]))
            .len(),
            1
        );
    }
}
