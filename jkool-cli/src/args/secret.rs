//! A secret on the command line.

use std::fmt;

/// A token, a password, or a value beside one: it shows itself to nobody, so that the arguments may be shown.
#[derive(Clone)]
pub(crate) struct SecretArg(String);

impl SecretArg {
    /// The secret; `None` for `-`, which means: from elsewhere.
    pub(crate) fn given(&self) -> Option<&str> {
        (self.0 != "-").then_some(self.0.as_str())
    }

    /// The text as it stands.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretArg {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for SecretArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
