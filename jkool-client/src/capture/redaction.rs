//! The hook that keeps values from leaving the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What becomes of the value of a field: the answer of a redaction hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redaction {
    /// It is sent as it is.
    Keep,
    /// It is not sent at all.
    Remove,
    /// This text is sent instead.
    Replace(String),
}

type Hook = dyn Fn(&str, &str) -> Redaction + Send + Sync;

/// A hook, or none.
#[derive(Clone, Default)]
pub(crate) struct Redact {
    hook: Option<Arc<Hook>>,
}

impl Redact {
    /// Asks this hook.
    pub(crate) fn new(hook: impl Fn(&str, &str) -> Redaction + Send + Sync + 'static) -> Self {
        Redact {
            hook: Some(Arc::new(hook)),
        }
    }

    /// Whether there is a hook to ask.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.hook.is_some()
    }

    /// What becomes of this value. If the hook panics, the value is not sent.
    pub(crate) fn ask(&self, name: &str, text: &str) -> Redaction {
        match &self.hook {
            None => Redaction::Keep,
            Some(hook) => catch_unwind(AssertUnwindSafe(|| hook(name, text))).unwrap_or(Redaction::Remove),
        }
    }
}
