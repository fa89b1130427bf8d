//! The direct dependencies of the workspace's crates, as their manifests declare them, optional ones included.

use cargo_metadata::{DependencyKind, Metadata};

use super::rules::{Layer, Owner};

/// One crate of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// What it declares to depend on.
    pub(crate) edges: Vec<Edge>,
}

/// One declared dependency.
#[derive(Debug)]
pub(crate) struct Edge {
    /// The name of the crate it leads to.
    pub(crate) to: String,
    /// What it is needed for.
    pub(crate) kind: DependencyKind,
}

/// The workspace's crates and their edges.
pub(crate) fn members(metadata: &Metadata) -> Vec<Member> {
    let edge = |dependency: &cargo_metadata::Dependency| Edge {
        to: dependency.name.clone(),
        kind: dependency.kind,
    };
    let member = |package: &&cargo_metadata::Package| Member {
        name: package.name.to_string(),
        edges: package.dependencies.iter().map(edge).collect(),
    };
    metadata.workspace_packages().iter().map(member).collect()
}

/// Each edge that breaks a rule, and the rule.
pub(crate) fn violations(members: &[Member], layers: &[Layer], owners: &[Owner]) -> Vec<String> {
    let is_member = |name: &str| members.iter().any(|member| member.name == name);
    let mut found = Vec::new();
    for member in members {
        let Some(layer) = layers.iter().find(|layer| layer.name == member.name) else {
            found.push(format!(
                "{}: no rule says what this crate may use; add it to LAYERS",
                member.name
            ));
            continue;
        };
        for edge in &member.edges {
            let broken = if is_member(&edge.to) {
                (!may_use(layer, edge)).then_some(layer.rule)
            } else if let Some(owner) = owners.iter().find(|owner| owner.dependency == edge.to) {
                (owner.owner != member.name).then_some(owner.rule)
            } else {
                (!may_use_from_outside(layer, edge)).then_some(layer.rule)
            };
            found
                .extend(broken.map(|rule| format!("{} -> {} ({}): {rule}", member.name, edge.to, edge.kind)));
        }
    }
    found
}

fn may_use(layer: &Layer, edge: &Edge) -> bool {
    let to = edge.to.as_str();
    let in_tests = edge.kind == DependencyKind::Development;
    // A crate's tests may turn on its own features by depending on it.
    layer.uses.contains(&to) || in_tests && (layer.tests_use.contains(&to) || to == layer.name)
}

fn may_use_from_outside(layer: &Layer, edge: &Edge) -> bool {
    edge.kind == DependencyKind::Development
        || layer.outside.is_none_or(|list| list.contains(&edge.to.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::rules::{LAYERS, OWNERS};
    use super::*;

    const NORMAL: DependencyKind = DependencyKind::Normal;
    const DEV: DependencyKind = DependencyKind::Development;

    /// The violations when `name` has the edges, among all crates of the workspace.
    fn check(name: &str, edges: &[(&str, DependencyKind)]) -> Vec<String> {
        let edges = |member: &str| {
            let own = edges.iter().filter(|_| member == name);
            own.map(|(to, kind)| Edge {
                to: (*to).to_owned(),
                kind: *kind,
            })
            .collect()
        };
        let members: Vec<_> = LAYERS
            .iter()
            .map(|l| Member {
                name: l.name.to_owned(),
                edges: edges(l.name),
            })
            .collect();
        violations(&members, LAYERS, OWNERS)
    }

    #[test]
    fn arrows_of_the_architecture_pass() {
        let passes = |name, edges: &[(&str, DependencyKind)]| assert_eq!(check(name, edges), [""; 0]);
        passes(
            "jkool-model",
            &[("serde", NORMAL), ("uuid", NORMAL), ("proptest", DEV)],
        );
        passes(
            "jkool-transport",
            &[
                ("jkool-model", NORMAL),
                ("tokio", NORMAL),
                ("jkool-transport", DEV),
            ],
        );
        passes(
            "jkool-transport-http",
            &[("jkool-transport", NORMAL), ("reqwest", NORMAL)],
        );
        passes(
            "jkool-transport-mqtt",
            &[("jkool-transport", NORMAL), ("rumqttc", NORMAL)],
        );
        passes(
            "jkool-client",
            &[("jkool-transport-mqtt", NORMAL), ("jkool-collector", DEV)],
        );
        passes(
            "jkool-cli",
            &[("jkool-client", NORMAL), ("jkool-collector", NORMAL)],
        );
    }

    #[test]
    fn arrows_against_the_architecture_are_named_with_their_rule() {
        let fails = |name, to, kind| {
            let found = check(name, &[(to, kind)]);
            assert_eq!(found.len(), 1, "{name} -> {to}: {found:?}");
            assert!(
                found[0].starts_with(&format!("{name} -> {to} ({kind}): ")),
                "{found:?}"
            );
        };
        fails("jkool-model", "jkool-transport", NORMAL);
        fails("jkool-model", "tokio", NORMAL);
        fails("jkool-model", "cc", DependencyKind::Build);
        fails("jkool-transport", "jkool-client", NORMAL);
        fails("jkool-transport-http", "jkool-transport-mqtt", NORMAL);
        fails("jkool-client", "jkool-collector", NORMAL);
        fails("jkool-collector", "jkool-client", NORMAL);
        fails("jkool-collector", "jkool-client", DEV);
        fails("jkool-cli", "jkool-transport", NORMAL);
        fails("jkool-client", "xtask", DEV);
        fails("xtask", "jkool-model", NORMAL);
    }

    #[test]
    fn only_its_owner_names_a_replaceable_library() {
        let found = check("jkool-client", &[("rumqttc", NORMAL), ("reqwest", DEV)]);
        let expected = [
            "jkool-client -> rumqttc (normal): the MQTT library can be replaced in one crate",
            "jkool-client -> reqwest (dev): the HTTP library can be replaced in one crate",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_new_crate_needs_a_rule() {
        let members = [Member {
            name: "jkool-new".to_owned(),
            edges: vec![],
        }];
        let found = violations(&members, LAYERS, OWNERS);
        assert_eq!(
            found,
            ["jkool-new: no rule says what this crate may use; add it to LAYERS"]
        );
    }
}
