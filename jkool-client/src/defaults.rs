//! What entities say if they do not say it themselves, and how they are spelled.

use jkool_model::{Decorations, Dialect, Encoder, NonFinite, SourceFqn};

use crate::environment;

/// What entities say if they do not say it themselves, and how they are spelled.
#[derive(Debug)]
pub(crate) struct Defaults {
    pub(crate) source_fqn: Option<SourceFqn>,
    pub(crate) decorations: Decorations,
    pub(crate) has_pid: bool,
    pub(crate) dialect: Dialect,
    pub(crate) non_finite: NonFinite,
}

impl Defaults {
    pub(crate) fn new() -> Self {
        Self {
            source_fqn: None,
            decorations: Decorations::new(),
            has_pid: true,
            dialect: Dialect::default(),
            non_finite: NonFinite::default(),
        }
    }

    /// Whether nothing may be added that was not set, as TNT4PY adds nothing.
    pub(crate) fn is_plain(&self) -> bool {
        self.dialect == Dialect::Tnt4py
    }

    /// The encoder that writes all this into each entity.
    pub(crate) fn encoder(self) -> Encoder {
        let is_plain = self.is_plain();
        let mut decorations = self.decorations;
        let source_fqn = match self.source_fqn {
            None if !is_plain => environment::default_source_fqn(),
            given => given,
        };
        if let Some(source_fqn) = source_fqn {
            decorations = decorations.source_fqn(environment::resolve(&source_fqn).to_string());
        }
        if self.has_pid && !is_plain {
            decorations = decorations.pid(std::process::id());
        }
        Encoder::new(self.dialect)
            .non_finite(self.non_finite)
            .decorations(decorations)
    }
}
