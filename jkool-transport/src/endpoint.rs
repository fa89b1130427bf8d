//! The address of a far end, fit to be shown.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// The address of a far end. It holds no user, password, query or fragment, so it may stand in any message.
///
/// ```
/// use jkool_transport::Endpoint;
///
/// let endpoint = Endpoint::parse("https://user:secret@data.jkoolcloud.com/JESL?token=x")?;
/// assert_eq!(endpoint.to_string(), "https://data.jkoolcloud.com/JESL");
/// assert_eq!((endpoint.host(), endpoint.port(), endpoint.is_loopback()), ("data.jkoolcloud.com", Some(443), false));
/// # Ok::<(), jkool_transport::ParseEndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    shown: String,
    scheme: String,
    host: String,
    port: Option<u16>,
    is_loopback: bool,
}

/// An address that is no URL with a host.
#[derive(Debug, thiserror::Error)]
#[error("{shown:?} is no address of a far end: expected a URL such as https://host or mqtts://host:8883")]
pub struct ParseEndpointError {
    shown: String,
    source: Option<url::ParseError>,
}

impl Endpoint {
    /// Reads a URL and keeps what may be shown of it. Ports default by scheme: http 80, https 443, mqtt 1883,
    /// mqtts 8883.
    ///
    /// # Errors
    ///
    /// The text is no URL, or has no host. The error shows the text only where it cannot hold a credential.
    pub fn parse(text: &str) -> Result<Self, ParseEndpointError> {
        let fail = |source| ParseEndpointError {
            shown: without_credentials(text),
            source,
        };
        let url = Url::parse(text).map_err(|error| fail(Some(error)))?;
        let host = url.host().ok_or_else(|| fail(None))?;
        let is_loopback = is_loopback(&host);
        let port = url.port_or_known_default().or(match url.scheme() {
            "mqtt" | "tcp" => Some(1883),
            "mqtts" | "ssl" => Some(8883),
            _ => None,
        });
        let mut shown = format!("{}://{host}", url.scheme());
        if let Some(port) = url.port() {
            shown.push_str(&format!(":{port}"));
        }
        if url.path() != "/" {
            shown.push_str(url.path());
        }
        Ok(Self {
            shown,
            scheme: url.scheme().to_owned(),
            host: host.to_string(),
            port,
            is_loopback,
        })
    }

    /// An endpoint that is no network address, such as `stdout` or a recording in a test.
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            shown: name.clone(),
            scheme: String::new(),
            host: name,
            port: None,
            is_loopback: true,
        }
    }

    /// The scheme in lower case, such as `https`; empty for a [`named`](Self::named) one.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, given or by scheme.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether it is on this machine: `localhost` or a loopback address. Secrets may go there in the clear.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // Schemes unknown to the URL standard keep an address as a "domain".
        Host::Domain(name) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// What may be shown of a text that is no URL: nothing before an `@`, nothing after a `?` or `#`, and no port that is
/// none. Whoever forgets the host of `mqtt://user:password@host` leaves the password where a port belongs.
fn without_credentials(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let text = text.rsplit('@').next().unwrap_or_default();
    let authority = text.find("://").map_or(0, |position| position + "://".len());
    let (scheme, rest) = text.split_at_checked(authority).unwrap_or_default();
    match rest.split_once(':') {
        Some((host, port)) if !rest.starts_with('[') && !is_port(port) => format!("{scheme}{host}:…"),
        _ => text.to_owned(),
    }
}

/// Whether this is a port, with or without a path behind it.
fn is_port(text: &str) -> bool {
    let port = text.split('/').next().unwrap_or_default();
    port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_credential_whatever_the_text() {
        for text in [
            "https://u:canary@h/p?k=canary#canary",
            "mqtt://u:canary@h:1",
            "u:canary@h?canary",
            "http://u:canary@",
            "mqtt://u:canary",
            "https://u:canary/path",
            "https://u:8080:canary/canary",
            "u:canary",
        ] {
            let shown = match Endpoint::parse(text) {
                Ok(endpoint) => format!("{endpoint} {endpoint:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn knows_ports_and_loopback() {
        for (text, port, loopback) in [
            ("http://localhost/", 80, true),
            ("http://127.0.0.1:6580/JESL", 6580, true),
            ("https://[::1]", 443, true),
            ("mqtt://127.0.0.1", 1883, true),
            ("mqtts://broker", 8883, false),
            ("https://localhost.example.com", 443, false),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(
                (endpoint.port(), endpoint.is_loopback()),
                (Some(port), loopback),
                "{text}"
            );
        }
    }
}
