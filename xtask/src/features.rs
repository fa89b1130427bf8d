//! Every crate compiles without a warning with each set of its features: none, the defaults, each one alone, all.
//!
//! Each crate is checked by itself (`-p`), since a build of the whole workspace unites the features that its members
//! ask for, and so hides what is missing.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::cargo::Cargo;
use crate::console;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "features",
    about: "each crate by itself with none, the default, each single and all of its features",
    command: "cargo xtask features",
    work: check,
};

/// A crate's features and the features that each turns on, as in its manifest.
type Features = BTreeMap<String, Vec<String>>;

/// What cargo is told about features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FeatureSet<'a> {
    None,
    Default,
    Only(&'a str),
    All,
}

impl FeatureSet<'_> {
    fn args(self) -> Vec<String> {
        match self {
            Self::None => vec!["--no-default-features".to_owned()],
            Self::Default => vec![],
            Self::Only(name) => vec![
                "--no-default-features".to_owned(),
                "--features".to_owned(),
                name.to_owned(),
            ],
            Self::All => vec!["--all-features".to_owned()],
        }
    }

    /// The features of the same crate that are on in the end.
    fn enabled(self, features: &Features) -> BTreeSet<&str> {
        let mut open: Vec<&str> = match self {
            Self::None => vec![],
            Self::Default => features
                .get_key_value("default")
                .map(|(name, _)| name.as_str())
                .into_iter()
                .collect(),
            Self::Only(name) => features
                .get_key_value(name)
                .map(|(name, _)| name.as_str())
                .into_iter()
                .collect(),
            Self::All => features.keys().map(String::as_str).collect(),
        };
        let mut enabled = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some((name, turns_on)) = features.get_key_value(name)
                && enabled.insert(name.as_str())
            {
                open.extend(turns_on.iter().map(String::as_str));
            }
        }
        enabled.remove("default");
        enabled
    }
}

/// The sets worth a build: of several that turn on the same features, the first.
fn feature_sets(features: &Features) -> Vec<FeatureSet<'_>> {
    let single = features
        .keys()
        .filter(|name| *name != "default")
        .map(|name| FeatureSet::Only(name));
    let candidates = [FeatureSet::None, FeatureSet::Default]
        .into_iter()
        .chain(single)
        .chain([FeatureSet::All]);
    let mut seen = BTreeSet::new();
    candidates
        .filter(|set| seen.insert(set.enabled(features)))
        .collect()
}

fn check(workspace: &Workspace) -> Result<()> {
    let mut checks = 0;
    for package in workspace.metadata()?.workspace_packages() {
        let target = if package.targets.iter().any(|target| target.is_lib()) {
            "--lib"
        } else {
            "--bins"
        };
        for set in feature_sets(&package.features) {
            Cargo::check("clippy")
                .args(["-p", package.name.as_str(), target])
                .args(set.args())
                .args(["--", "-D", "warnings"])
                .run(workspace.shell())?;
            checks += 1;
        }
    }
    console::note(format_args!("{checks} sets of features"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(of: &[(&str, &[&str])]) -> Features {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        of.iter()
            .map(|(name, turns_on)| ((*name).to_owned(), owned(turns_on)))
            .collect()
    }

    #[test]
    fn a_crate_without_features_is_built_once() {
        assert_eq!(feature_sets(&features(&[])), [FeatureSet::None]);
    }

    #[test]
    fn sets_that_turn_on_the_same_are_built_once() {
        let features = features(&[
            ("default", &["http"]),
            ("http", &["dep:reqwest"]),
            ("mqtt", &["dep:rumqttc"]),
        ]);
        let expected = [
            FeatureSet::None,
            FeatureSet::Default,
            FeatureSet::Only("mqtt"),
            FeatureSet::All,
        ];
        assert_eq!(feature_sets(&features), expected);
    }

    #[test]
    fn features_turned_on_by_features_count() {
        let features = features(&[("a", &["b", "dep:x", "x?/y"]), ("b", &[]), ("c", &["a"])]);
        assert_eq!(
            FeatureSet::Only("c").enabled(&features),
            BTreeSet::from(["a", "b", "c"])
        );
        let expected = [
            FeatureSet::None,
            FeatureSet::Only("a"),
            FeatureSet::Only("b"),
            FeatureSet::Only("c"),
        ];
        assert_eq!(feature_sets(&features), expected, "all equals only c");
    }

    #[test]
    fn a_single_feature_goes_without_the_defaults() {
        assert_eq!(
            FeatureSet::Only("tls").args(),
            ["--no-default-features", "--features", "tls"]
        );
    }
}
