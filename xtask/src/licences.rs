//! Licences, banned crates and sources of everything in the dependency graph, by the rules of deny.toml.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use cargo_metadata::Package;
use spdx::{Expression, ParseMode};

use crate::console;
use crate::deny_policy::DenyPolicy;
use crate::step::Step;
use crate::workspace::Workspace;

/// The check.
pub(crate) const STEP: Step = Step {
    name: "licences",
    about: "licences, banned crates and sources of all dependencies (rules: deny.toml)",
    command: "cargo xtask licences",
    work: check,
};

/// Dependencies that cost so much time or space that a second version is worth a word.
const HEAVY: &[&str] = &[
    "clap",
    "http",
    "hyper",
    "regex",
    "reqwest",
    "ring",
    "rustls",
    "rustls-webpki",
    "syn",
    "tokio",
];

fn check(workspace: &Workspace) -> Result<()> {
    let policy = DenyPolicy::read(workspace)?;
    let metadata = workspace.metadata()?;
    let outside: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|p| !metadata.workspace_members.contains(&p.id))
        .collect();
    let mut findings = Vec::new();
    for package in &outside {
        let id = format!("{} {}", package.name, package.version);
        findings.extend(
            licence_finding(&policy, &package.name, package.license.as_deref()).map(|f| format!("{id}: {f}")),
        );
        findings.extend(ban_finding(&policy, &package.name).map(|f| format!("{id}: {f}")));
        if !package
            .source
            .as_ref()
            .is_some_and(|source| source.is_crates_io())
        {
            findings.push(format!("{id}: comes from somewhere else than crates.io"));
        }
    }
    for (name, versions) in several_versions(outside.iter().map(|p| (p.name.as_str(), p.version.to_string())))
    {
        console::note(format_args!(
            "built more than once: {name} {}",
            versions.join(", ")
        ));
    }
    console::note(format_args!(
        "{} dependencies; {} known advisories accepted, reasons in deny.toml",
        outside.len(),
        policy.accepted_advisories.len()
    ));
    if findings.is_empty() {
        return Ok(());
    }
    console::findings(&findings);
    bail!("{} findings in the dependencies", findings.len());
}

fn licence_finding(policy: &DenyPolicy, name: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some("states no licence".to_owned());
    };
    let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => {
            return Some(format!(
                "its licence {licence:?} is no SPDX expression: {}",
                error.reason
            ));
        }
    };
    let allowed = expression.evaluate(|requirement| {
        let licence = requirement.to_string();
        policy.licences.contains(&licence)
            || policy
                .licence_exceptions
                .iter()
                .any(|(krate, other)| krate == name && *other == licence)
    });
    (!allowed).then(|| format!("deny.toml does not allow its licence {licence:?}"))
}

fn ban_finding(policy: &DenyPolicy, name: &str) -> Option<String> {
    let (_, reason) = policy.banned.iter().find(|(banned, _)| banned == name)?;
    Some(format!(
        "is banned: {reason}; `cargo tree -i {name} --all-features --target all` shows who brings it"
    ))
}

fn several_versions<'a>(packages: impl Iterator<Item = (&'a str, String)>) -> BTreeMap<&'a str, Vec<String>> {
    let mut versions = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, version) in packages.filter(|(name, _)| HEAVY.contains(name)) {
        versions.entry(name).or_default().insert(version);
    }
    let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    several
        .map(|(name, versions)| (name, versions.into_iter().collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> DenyPolicy {
        let text = |text: &str| text.to_owned();
        DenyPolicy {
            licences: vec![text("Apache-2.0"), text("MIT"), text("Unicode-3.0")],
            licence_exceptions: vec![(text("roots"), text("MPL-2.0"))],
            banned: vec![(text("openssl-sys"), text("one TLS library"))],
            accepted_advisories: vec![],
        }
    }

    #[test]
    fn a_licence_passes_if_one_choice_is_allowed() {
        let passes =
            |name, licence| assert_eq!(licence_finding(&policy(), name, Some(licence)), None, "{licence}");
        passes("a", "MIT OR GPL-3.0-only");
        passes("a", "MIT/Apache-2.0");
        passes("a", "(MIT OR GPL-2.0-only) AND Unicode-3.0");
        passes("a", "Apache-2.0 WITH LLVM-exception OR MIT");
        passes("roots", "MPL-2.0");
    }

    #[test]
    fn a_licence_fails_if_every_choice_needs_something_else() {
        let fails = |licence| licence_finding(&policy(), "a", licence).unwrap();
        assert_eq!(
            fails(Some("GPL-3.0-only")),
            "deny.toml does not allow its licence \"GPL-3.0-only\""
        );
        assert_eq!(
            fails(Some("MIT AND MPL-2.0")),
            "deny.toml does not allow its licence \"MIT AND MPL-2.0\""
        );
        assert_eq!(fails(None), "states no licence");
        assert!(
            fails(Some("as you like")).starts_with("its licence \"as you like\" is no SPDX expression: ")
        );
    }

    #[test]
    fn a_banned_crate_is_named_with_the_reason() {
        assert!(
            ban_finding(&policy(), "openssl-sys")
                .unwrap()
                .starts_with("is banned: one TLS library; ")
        );
        assert_eq!(ban_finding(&policy(), "openssl-probe"), None);
    }

    #[test]
    fn only_heavy_crates_are_noted_when_they_come_twice() {
        let packages = [
            ("syn", "2.0.1"),
            ("syn", "3.0.0"),
            ("itoa", "1.0.0"),
            ("itoa", "0.4.0"),
            ("tokio", "1.50.0"),
        ];
        let several = several_versions(
            packages
                .into_iter()
                .map(|(name, version)| (name, version.to_owned())),
        );
        assert_eq!(
            several,
            BTreeMap::from([("syn", vec!["2.0.1".to_owned(), "3.0.0".to_owned()])])
        );
    }
}
