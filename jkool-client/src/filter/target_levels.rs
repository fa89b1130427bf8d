//! A lowest severity, and others for single loggers or targets.

use jkool_model::Severity;

/// The lowest severity that passes, in general and by target, which is the name of a logger or of a module.
#[derive(Clone, Debug)]
pub(crate) struct TargetLevels {
    level: Severity,
    /// `None` lets nothing pass. The longest matching target counts, so they are kept longest first.
    targets: Vec<(String, Option<Severity>)>,
}

impl TargetLevels {
    /// One level for all targets.
    pub(crate) fn new(level: Severity) -> Self {
        TargetLevels {
            level,
            targets: Vec::new(),
        }
    }

    /// Another level for all targets that have none of their own.
    pub(crate) fn set_level(&mut self, level: Severity) {
        self.level = level;
    }

    /// A level for a target and what lies below it.
    pub(crate) fn set_target(&mut self, target: String, level: Option<Severity>) {
        self.targets.retain(|(known, _)| *known != target);
        self.targets.push((target, level));
        self.targets
            .sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
    }

    /// The lowest severity that passes of this target; `None` if nothing does.
    pub(crate) fn of(&self, target: &str) -> Option<Severity> {
        self.targets
            .iter()
            .find(|(prefix, _)| is_within(target, prefix))
            .map_or(Some(self.level), |(_, level)| *level)
    }

    /// Whether a record of this target and severity passes.
    #[cfg(any(feature = "log", feature = "tracing", test))]
    pub(crate) fn passes(&self, target: &str, severity: Severity) -> bool {
        self.of(target).is_some_and(|level| severity >= level)
    }

    /// The lowest severity that can pass anywhere.
    #[cfg(feature = "log")]
    pub(crate) fn lowest(&self) -> Severity {
        self.targets
            .iter()
            .filter_map(|(_, level)| *level)
            .fold(self.level, Severity::min)
    }
}

/// Whether `target` is `prefix` or lies below it: as a module does, a logger of Python, or a topic.
fn is_within(target: &str, prefix: &str) -> bool {
    target
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with(['.', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_target_counts_and_names_are_whole() {
        let mut levels = TargetLevels::new(Severity::Info);
        levels.set_target("hyper".to_owned(), None);
        levels.set_target("shop".to_owned(), Some(Severity::Error));
        levels.set_target("shop::orders".to_owned(), Some(Severity::Trace));
        assert!(!levels.passes("hyper::client", Severity::Fatal));
        assert!(levels.passes("hyperion", Severity::Info));
        assert!(!levels.passes("shop::stock", Severity::Warning));
        assert!(levels.passes("shop::orders::new", Severity::Trace));
        levels.set_target("shop::orders".to_owned(), None);
        assert!(!levels.passes("shop::orders", Severity::Halt));
        levels.set_target("orders/eu".to_owned(), Some(Severity::Error));
        assert_eq!(levels.of("orders/eu/new"), Some(Severity::Error));
        assert_eq!(levels.of("hyper.http"), None);
        assert_eq!(levels.of("orders/europe"), Some(Severity::Info));
        levels.set_level(Severity::None);
        assert!(levels.passes("other", Severity::Trace));
    }
}
