//! Why no answer came.

use std::error::Error;
use std::time::Duration;

use jkool_transport::{Endpoint, ErrorKind, TransportError, tls_failure};

use crate::builder::{CURRENT_SERVICE_URL, DEFAULT_URL};
use crate::proxy::ProxyChoice;

/// What is known about the way to the far end, for the words of an error.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) proxy: ProxyChoice,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
}

impl Route {
    /// The error that tells why a request got no answer. No text of it, nor of its sources, holds the URL.
    pub(crate) fn failure(&self, error: reqwest::Error) -> TransportError {
        let error = error.without_url();
        if let Some(tls) = tls_failure(self, &error) {
            return tls;
        }
        let (kind, message) = self.explain(&error);
        TransportError::new(kind, message).with_source(error)
    }

    fn explain(&self, error: &reqwest::Error) -> (ErrorKind, String) {
        if let Some((kind, problem)) = proxy_problem(error) {
            let proxy = match &self.proxy {
                ProxyChoice::Given(proxy) => format!("the proxy {proxy}"),
                _ => "the proxy that the environment names".to_owned(),
            };
            let message = format!("{proxy} {problem} to {}", self.endpoint);
            return match kind {
                ErrorKind::Proxy => (
                    kind,
                    format!(
                        "{message}: check the credentials in its URL, or give them with Proxy::credentials"
                    ),
                ),
                _ => (kind, message),
            };
        }
        if error.is_dns() {
            return (ErrorKind::Resolve, self.unresolved());
        }
        if error.is_connect() && error.is_timeout() {
            let within = self.connect_timeout.min(self.timeout);
            return (
                ErrorKind::Connect,
                format!("no connection to {self} within {within:?}"),
            );
        }
        if error.is_connect() {
            return (
                ErrorKind::Connect,
                format!("cannot connect to {self}: check host and port, and that the service runs there"),
            );
        }
        if error.is_timeout() {
            return (
                ErrorKind::Timeout,
                format!("no answer from {self} within {:?}", self.timeout),
            );
        }
        if error.is_builder() {
            return (ErrorKind::Config, format!("no request to {self} can be made"));
        }
        (
            ErrorKind::Io,
            format!("the connection to {self} broke before the answer was complete"),
        )
    }

    fn unresolved(&self) -> String {
        let host = self.endpoint.host();
        if DEFAULT_URL.strip_prefix("https://") == Some(host) {
            return format!(
                "the host name {host} does not resolve: it is the address of old; today's service is at \
                 {CURRENT_SERVICE_URL}, to be set with url() or --url"
            );
        }
        match &self.proxy {
            ProxyChoice::Given(proxy) => {
                format!(
                    "the host name of {} or of its proxy {proxy} does not resolve: check both",
                    self.endpoint
                )
            }
            _ => format!(
                "the host name {host} does not resolve: check the URL, and the network of this machine"
            ),
        }
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.proxy {
            ProxyChoice::Given(proxy) => write!(f, "{} through the proxy {proxy}", self.endpoint),
            _ => self.endpoint.fmt(f),
        }
    }
}

/// What went wrong between us and a proxy. The types of these errors are private to hyper-util: their texts are all
/// there is to go by, and tests against real proxies pin them.
fn proxy_problem(error: &reqwest::Error) -> Option<(ErrorKind, &'static str)> {
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        if let Some(problem) = text.strip_prefix("tunnel error: ") {
            return match problem {
                "proxy authorization required" => Some((ErrorKind::Proxy, "wants credentials for the way")),
                // The cause tells why the proxy itself was not reached.
                "failed to create underlying connection" => None,
                _ => Some((ErrorKind::Connect, "does not connect us")),
            };
        }
        if let Some(problem) = text.strip_prefix("SOCKS error: ") {
            return match problem {
                "credentials not accepted"
                | "server does not support user/pass authentication"
                | "server implements authentication incorrectly" => {
                    Some((ErrorKind::Proxy, "does not accept our credentials for the way"))
                }
                "connection not allowed" => Some((ErrorKind::Proxy, "does not allow the connection")),
                "failed to create underlying connection" => None,
                _ => Some((ErrorKind::Connect, "does not connect us")),
            };
        }
        next = error.source();
    }
    None
}
