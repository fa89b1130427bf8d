//! The secret that authorises streaming.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::{ErrorKind, TransportError};

/// A jKool access token. It shows itself to nobody: no `Display`, a redacted `Debug`, wiped from memory when dropped.
///
/// ```
/// use jkool_transport::AccessToken;
///
/// let token = AccessToken::new("my-secret");
/// assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
/// ```
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
}

impl AccessToken {
    /// Takes the text as it is, without white space around it. Whether it can be a token is told by
    /// [`validate`](Self::validate), so that builders can be chained.
    pub fn new(token: impl Into<String>) -> Self {
        let mut token = token.into();
        token.truncate(token.trim_end().len());
        token.drain(..token.len() - token.trim_start().len());
        Self {
            secret: SecretString::from(token),
        }
    }

    /// Checks that the token can stand in a request header: not empty, visible ASCII only.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], naming what is wrong but no part of the token.
    pub fn validate(&self) -> Result<(), TransportError> {
        let token = self.expose();
        if token.is_empty() {
            return Err(TransportError::new(
                ErrorKind::Config,
                "the access token is empty",
            ));
        }
        match token.bytes().position(|byte| !byte.is_ascii_graphic()) {
            None => Ok(()),
            Some(position) => Err(TransportError::new(
                ErrorKind::Config,
                format!(
                    "the access token has a character at byte {position} that no token has: expected visible ASCII \
                     without spaces"
                ),
            )),
        }
    }

    /// The token itself. Only a transport writing its request has a use for it.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// `text` with every occurrence of the token replaced: servers echo what they were sent.
    pub fn scrub(&self, text: &str) -> String {
        if self.expose().is_empty() {
            text.to_owned()
        } else {
            text.replace(self.expose(), "[redacted]")
        }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for AccessToken {}

impl From<&str> for AccessToken {
    fn from(token: &str) -> Self {
        Self::new(token)
    }
}

impl From<String> for AccessToken {
    fn from(token: String) -> Self {
        Self::new(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_and_checks_without_showing_itself() {
        assert_eq!(AccessToken::new("  abc\r\n").expose(), "abc");
        for (bad, part) in [
            ("", "empty"),
            ("a b", "byte 1"),
            ("tök", "byte 1"),
            ("ab\u{1}", "byte 2"),
        ] {
            let error = AccessToken::new(bad).validate().unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
        let token = AccessToken::new("s3cret");
        token.validate().unwrap();
        assert!(!format!("{token:?}").contains("s3cret"));
        assert_eq!(token.scrub("bad key s3cret!"), "bad key [redacted]!");
    }
}
