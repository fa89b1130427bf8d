//! The generated parts of documents: the table of `jkool-client`'s features, made from the `##` comments in its
//! manifest. A table kept by hand would soon name features that are gone.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use toml::{Table, Value};

use crate::console;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check that nothing is out of date.
pub(crate) const STEP: Step = Step {
    name: "codegen",
    about: "generated parts of documents are up to date",
    command: "cargo xtask codegen --check",
    work: |workspace| update(workspace, Mode::Check),
};

/// Where the table comes from.
const MANIFEST: &str = "jkool-client/Cargo.toml";
/// Where it must stand.
const README: &str = "README.md";
/// Where it is kept up to date if the markers are there.
const CRATE_DOCS: &str = "jkool-client/src/lib.rs";

const BEGIN: &str = "<!-- features:begin -->";
const END: &str = "<!-- features:end -->";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Check,
    Write,
}

/// One feature of a crate.
#[derive(Debug, PartialEq, Eq)]
struct Feature {
    name: String,
    on_by_default: bool,
    about: String,
}

/// Writes what is out of date.
///
/// # Errors
/// A document or its markers are missing, or a feature has no comment.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    update(workspace, Mode::Write)
}

fn update(workspace: &Workspace, mode: Mode) -> Result<()> {
    let features =
        features(&workspace.read(MANIFEST)?).with_context(|| format!("{MANIFEST} has no usable features"))?;
    for path in [README, CRATE_DOCS] {
        let before = workspace.read(path)?;
        if path == CRATE_DOCS && !before.contains(BEGIN) {
            continue;
        }
        let after =
            with_table(&before, &features).with_context(|| format!("{path} has no place for the table"))?;
        if before == after {
            continue;
        }
        ensure!(
            mode == Mode::Write,
            "{path} is out of date; bring it up to date with: cargo xtask codegen"
        );
        std::fs::write(workspace.root().join(Path::new(path)), after)
            .with_context(|| format!("cannot write {path}"))?;
        console::note(format_args!("wrote {path}"));
    }
    Ok(())
}

/// The features of a manifest in their order, with their comments; `default` and names that begin with `__` are not listed.
fn features(manifest: &str) -> Result<Vec<Feature>> {
    let table: Table = toml::from_str(manifest)?;
    let declared = table
        .get("features")
        .and_then(Value::as_table)
        .context("there is no [features]")?;
    let default: Vec<&str> = declared
        .get("default")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let section = manifest
        .lines()
        .skip_while(|line| line.trim() != "[features]")
        .skip(1);
    let mut comment = Vec::new();
    let mut features = Vec::new();
    for line in section.take_while(|line| !line.starts_with('[')) {
        if let Some(text) = line.strip_prefix("##") {
            comment.push(text.trim());
            continue;
        }
        let about = std::mem::take(&mut comment).join(" ");
        let Some((name, _)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim().trim_matches('"');
        if name == "default" || name.starts_with("__") || !declared.contains_key(name) {
            continue;
        }
        ensure!(
            !about.is_empty(),
            "say what feature {name:?} does, in a `##` comment above it"
        );
        features.push(Feature {
            name: name.to_owned(),
            on_by_default: default.contains(&name),
            about,
        });
    }
    Ok(features)
}

/// The text with the table between its markers. Each line of the table begins as the marker's line does, so the
/// table may stand in a documentation comment.
fn with_table(text: &str, features: &[Feature]) -> Result<String> {
    let (Some(begin), Some(end)) = (text.find(BEGIN), text.find(END)) else {
        bail!("add two lines where it belongs: {BEGIN} and {END}");
    };
    let head_end = begin + BEGIN.len();
    ensure!(head_end <= end, "{END} stands before {BEGIN}");
    let line_start = |at: usize| {
        text.get(..at)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |newline| newline + 1)
    };
    let prefix = text.get(line_start(begin)..begin).unwrap_or_default();
    let head = text.get(..head_end).unwrap_or_default();
    let tail = text.get(line_start(end)..).unwrap_or_default();
    let lines: String = table(features)
        .iter()
        .map(|line| format!("{prefix}{line}\n"))
        .collect();
    Ok(format!("{head}\n{lines}{tail}"))
}

fn table(features: &[Feature]) -> Vec<String> {
    let row = |feature: &Feature| {
        let default = if feature.on_by_default { "yes" } else { "" };
        format!(
            "| `{}` | {default} | {} |",
            feature.name,
            feature.about.replace('|', "\\|")
        )
    };
    let head = ["| feature | default | what it adds |", "|---|---|---|"].map(str::to_owned);
    head.into_iter().chain(features.iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "\
[package]
name = \"x\"
[features]
default = [\"http\"]
## Streaming over HTTPS,
## the usual way.
http = [\"dep:h\"]

## Streaming over MQTT.
mqtt = [
    \"dep:m\",
]
__internal = []

[dependencies]
";

    fn feature(name: &str, on_by_default: bool, about: &str) -> Feature {
        Feature {
            name: name.to_owned(),
            on_by_default,
            about: about.to_owned(),
        }
    }

    #[test]
    fn features_are_read_with_their_comments() {
        let expected = [
            feature("http", true, "Streaming over HTTPS, the usual way."),
            feature("mqtt", false, "Streaming over MQTT."),
        ];
        assert_eq!(features(MANIFEST).unwrap(), expected);
    }

    #[test]
    fn a_feature_without_a_comment_is_refused() {
        let error = features("[features]\nspool = []\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "say what feature \"spool\" does, in a `##` comment above it"
        );
    }

    #[test]
    fn the_table_replaces_what_stands_between_the_markers() {
        let text = format!("# x\n{BEGIN}\nold\n{END}\nrest\n");
        let once = with_table(&text, &[feature("http", true, "A | B.")]).unwrap();
        let table = "| feature | default | what it adds |\n|---|---|---|\n| `http` | yes | A \\| B. |\n";
        assert_eq!(once, format!("# x\n{BEGIN}\n{table}{END}\nrest\n"));
        assert_eq!(
            with_table(&once, &[feature("http", true, "A | B.")]).unwrap(),
            once,
            "a second run changes nothing"
        );
    }

    #[test]
    fn in_a_documentation_comment_each_line_is_one() {
        let text = format!("//! {BEGIN}\n//! {END}\n");
        let table = "//! | feature | default | what it adds |\n//! |---|---|---|\n//! | `tls` |  | T. |\n";
        assert_eq!(
            with_table(&text, &[feature("tls", false, "T.")]).unwrap(),
            format!("//! {BEGIN}\n{table}//! {END}\n")
        );
    }

    #[test]
    fn missing_or_swapped_markers_are_named() {
        let missing = with_table("no markers", &[]).unwrap_err().to_string();
        assert_eq!(
            missing,
            format!("add two lines where it belongs: {BEGIN} and {END}")
        );
        let swapped = with_table(&format!("{END}\n{BEGIN}\n"), &[])
            .unwrap_err()
            .to_string();
        assert_eq!(swapped, format!("{END} stands before {BEGIN}"));
    }
}
