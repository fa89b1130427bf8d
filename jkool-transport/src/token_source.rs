//! Where the access token comes from, and how it changes while a client runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::{AccessToken, ErrorKind, TransportError};

/// Where the access token comes from. Clones share one token, so that a new one reaches every transport.
///
/// A token given by value can be replaced with [`set`](Self::set); a file is read again for each new connection, and
/// with it on each probe after the token was refused, so that a rotated token ends a hold by itself.
#[derive(Clone)]
pub struct TokenSource {
    origin: Arc<RwLock<Origin>>,
}

enum Origin {
    Given(AccessToken),
    File(PathBuf),
}

impl TokenSource {
    /// A token given by value.
    pub fn fixed(token: impl Into<AccessToken>) -> Self {
        Self {
            origin: Arc::new(RwLock::new(Origin::Given(token.into()))),
        }
    }

    /// A token kept in a file; white space around it is ignored. The file is read when a connection is made.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            origin: Arc::new(RwLock::new(Origin::File(path.into()))),
        }
    }

    /// Replaces the token, or the file, for all clones of this source from the next connection on.
    pub fn set(&self, token: impl Into<AccessToken>) {
        *self.origin.write().unwrap_or_else(PoisonError::into_inner) = Origin::Given(token.into());
    }

    /// The token as it is now. Reads the file, if it is one: not for a thread that must not wait.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the file cannot be read, or holds no token.
    pub fn current(&self) -> Result<AccessToken, TransportError> {
        let token = match &*self.origin.read().unwrap_or_else(PoisonError::into_inner) {
            Origin::Given(token) => token.clone(),
            Origin::File(path) => read(path)?,
        };
        token.validate()?;
        Ok(token)
    }
}

fn read(path: &Path) -> Result<AccessToken, TransportError> {
    std::fs::read_to_string(path)
        .map(AccessToken::new)
        .map_err(|error| {
            TransportError::new(
                ErrorKind::Config,
                format!("cannot read the token file {}", path.display()),
            )
            .with_source(error)
        })
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.origin.read().unwrap_or_else(PoisonError::into_inner) {
            Origin::Given(_) => f.write_str("TokenSource([redacted])"),
            Origin::File(path) => f.debug_tuple("TokenSource").field(path).finish(),
        }
    }
}

impl<T: Into<AccessToken>> From<T> for TokenSource {
    fn from(token: T) -> Self {
        Self::fixed(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_reaches_every_clone() {
        let source = TokenSource::from("first");
        let clone = source.clone();
        source.set("second");
        assert_eq!(clone.current().unwrap().expose(), "second");
        assert!(!format!("{clone:?}").contains("second"));
    }

    #[test]
    fn a_file_is_read_again_each_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let source = TokenSource::file(&path);
        let error = source.current().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        std::fs::write(&path, "one\n").unwrap();
        assert_eq!(source.current().unwrap().expose(), "one");
        std::fs::write(&path, "two\n").unwrap();
        assert_eq!(source.current().unwrap().expose(), "two");
        std::fs::write(&path, "\n").unwrap();
        assert!(source.current().unwrap_err().to_string().contains("empty"));
    }
}
