//! A proxy between us and the far end.

use std::fmt;

use jkool_transport::{Endpoint, ErrorKind, TransportError};
use url::Url;

/// A proxy to go through: its URL, and a user and password if it wants them.
///
/// The scheme of the URL is `http`, `https`, `socks5` (this machine resolves the host) or `socks5h` (the proxy does);
/// without one it is `http`. Ports default to 80, 443 and 1080. No text shows user and password.
///
/// ```
/// use jkool_transport_http::Proxy;
///
/// let proxy = Proxy::new("http://proxy.example.com:3128").credentials("me", "secret");
/// assert_eq!(format!("{proxy:?}"), r#"Proxy { url: "http://proxy.example.com:3128", has_credentials: true }"#);
/// ```
#[derive(Clone)]
#[must_use = "a proxy does nothing until it is given to a builder"]
pub struct Proxy {
    url: String,
    credentials: Option<(String, String)>,
}

impl Proxy {
    /// The proxy at this URL, which may hold user and password. [`build`](crate::HttpBuilder::build) checks it.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            credentials: None,
        }
    }

    /// The user and password that the proxy wants, in place of those in the URL.
    pub fn credentials(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            credentials: Some((user.into(), password.into())),
            ..self
        }
    }

    /// The URL with the credentials in it.
    pub(crate) fn checked(&self) -> Result<Url, TransportError> {
        let fail = |problem: &str| {
            TransportError::new(
                ErrorKind::Config,
                format!(
                    "the URL of the proxy, {self}, {problem}: expected one such as http://host:3128 or socks5h://host:1080"
                ),
            )
        };
        let mut url =
            Url::parse(&self.with_scheme()).map_err(|error| fail("is no URL").with_source(error))?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(fail("has an unknown scheme"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(fail("names no host"));
        }
        if let Some((user, password)) = &self.credentials {
            let is_set = url
                .set_username(user)
                .and_then(|()| url.set_password(Some(password)));
            is_set.map_err(|()| fail("cannot hold credentials"))?;
        }
        Ok(url)
    }

    fn with_scheme(&self) -> String {
        if self.url.contains("://") {
            self.url.clone()
        } else {
            format!("http://{}", self.url)
        }
    }

    fn has_credentials(&self) -> bool {
        self.credentials.is_some() || self.url.contains('@')
    }
}

impl From<&str> for Proxy {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Proxy {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl fmt::Display for Proxy {
    /// The URL without user, password and query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Endpoint::parse(&self.with_scheme()) {
            Ok(endpoint) => endpoint.fmt(f),
            // What is no URL may be a password on its own.
            Err(_) => f.write_str("[not shown]"),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &self.to_string())
            .field("has_credentials", &self.has_credentials())
            .finish()
    }
}

/// Which proxy to use.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxyChoice {
    /// The one that the environment names for the far end, if it does.
    #[default]
    Environment,
    None,
    Given(Proxy),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_credentials_from_either_place() {
        for proxy in [
            Proxy::new("socks5h://me:p%40ss@host:1080"),
            Proxy::new("socks5h://other:x@host:1080").credentials("me", "p@ss"),
        ] {
            assert_eq!(proxy.checked().unwrap().as_str(), "socks5h://me:p%40ss@host:1080");
        }
        assert_eq!(
            Proxy::from("host:3128").checked().unwrap().as_str(),
            "http://host:3128/"
        );
    }

    #[test]
    fn refuses_what_is_no_proxy_and_shows_no_credential() {
        for (url, problem) in [
            ("ftp://u:canary@host", "unknown scheme"),
            ("http://u:canary@", "is no URL"),
            ("socks5://", "names no host"),
            ("http://u:canary@host:port", "is no URL"),
            ("canary canary", "is no URL"),
        ] {
            let error = Proxy::new(url).checked().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            let text = format!("{error} {error:?} {:?}", Proxy::new(url));
            assert!(text.contains(problem) && !text.contains("canary"), "{text}");
        }
    }
}
