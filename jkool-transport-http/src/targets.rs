//! The URLs that requests go to.

use jkool_model::EntityKind;
use url::Url;

use crate::PathMode;

/// The URLs that requests go to, made once.
#[derive(Clone)]
pub(crate) struct Targets {
    base: Url,
    typed: Vec<(EntityKind, Url)>,
}

impl Targets {
    pub(crate) fn new(base: Url, mode: PathMode) -> Self {
        let typed = match mode {
            PathMode::Root => Vec::new(),
            PathMode::Typed => EntityKind::ALL
                .iter()
                .map(|kind| (*kind, below(&base, kind.path())))
                .collect(),
        };
        Self { base, typed }
    }

    /// The URL as it was given.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Where an entity of this kind goes.
    pub(crate) fn of(&self, kind: EntityKind) -> &Url {
        self.typed
            .iter()
            .find(|(typed, _)| *typed == kind)
            .map_or(&self.base, |(_, url)| url)
    }

    /// Whether entities of these two kinds may share a request.
    pub(crate) fn are_same(&self, one: EntityKind, other: EntityKind) -> bool {
        one == other || self.typed.is_empty()
    }
}

fn below(base: &Url, segment: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{segment}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(base: &str, mode: PathMode) -> Vec<String> {
        let targets = Targets::new(Url::parse(base).unwrap(), mode);
        [EntityKind::Event, EntityKind::LogEntry]
            .map(|kind| targets.of(kind).to_string())
            .to_vec()
    }

    #[test]
    fn adds_the_kind_without_doubling_slashes() {
        assert_eq!(
            paths("https://h", PathMode::Typed),
            ["https://h/event", "https://h/log"]
        );
        for base in ["https://h/JESL", "https://h/JESL/", "https://h/JESL//"] {
            assert_eq!(
                paths(base, PathMode::Typed),
                ["https://h/JESL/event", "https://h/JESL/log"]
            );
        }
        assert_eq!(
            paths("https://h/a%20b?x=1", PathMode::Typed),
            ["https://h/a%20b/event?x=1", "https://h/a%20b/log?x=1"]
        );
    }

    #[test]
    fn leaves_the_root_path_as_it_is() {
        assert_eq!(paths("https://h", PathMode::Root), ["https://h/"; 2]);
        assert_eq!(paths("https://h/JESL/", PathMode::Root), ["https://h/JESL/"; 2]);
    }
}
