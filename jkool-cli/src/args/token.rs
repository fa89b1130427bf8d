//! A secret on the command line.

use std::fmt;

/// A token as given: it shows itself to nobody, so that the arguments may be shown.
#[derive(Clone)]
pub(crate) struct TokenArg(String);

impl TokenArg {
    /// The token; `None` for `-`, which means: from elsewhere.
    pub(crate) fn given(&self) -> Option<&str> {
        (self.0 != "-").then_some(self.0.as_str())
    }
}

impl From<String> for TokenArg {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for TokenArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
