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
        if let Some(problem) = ProxyProblem::find(error) {
            return self.explain_proxy(problem, error.is_dns());
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

    fn explain_proxy(&self, problem: ProxyProblem, is_dns: bool) -> (ErrorKind, String) {
        let proxy = match &self.proxy {
            ProxyChoice::Given(proxy) => format!("the proxy {proxy}"),
            _ => "the proxy that the environment names".to_owned(),
        };
        let (kind, what, hint) = match problem {
            ProxyProblem::Unreached if is_dns => (
                ErrorKind::Resolve,
                "has a host name that does not resolve",
                "check its URL",
            ),
            ProxyProblem::Unreached => (
                ErrorKind::Connect,
                "cannot be reached",
                "check its URL, and that it runs",
            ),
            ProxyProblem::Credentials => (
                ErrorKind::Proxy,
                "wants other credentials",
                "give them in its URL, or with Proxy::credentials",
            ),
            ProxyProblem::Forbidden => (ErrorKind::Proxy, "forbids the connection", "ask whoever runs it"),
            ProxyProblem::NoWay => (
                ErrorKind::Connect,
                "cannot connect us",
                "check host and port behind it",
            ),
        };
        (
            kind,
            format!("{proxy} {what} on the way to {}: {hint}", self.endpoint),
        )
    }

    fn unresolved(&self) -> String {
        let host = self.endpoint.host();
        if DEFAULT_URL.strip_prefix("https://") == Some(host) {
            return format!(
                "the host name {host} does not resolve: it is the former address of the service; today's is \
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

/// What went wrong between us and a proxy.
#[derive(Clone, Copy)]
enum ProxyProblem {
    /// There is no connection to the proxy itself.
    Unreached,
    /// It wants a user and password, or others.
    Credentials,
    /// Its rules forbid the connection.
    Forbidden,
    /// It does not reach the far end, or breaks off.
    NoWay,
}

impl ProxyProblem {
    /// The types of these errors are private to hyper-util: their texts are all there is to go by, and tests against
    /// real proxies pin them.
    fn find(error: &reqwest::Error) -> Option<Self> {
        let mut next = error.source();
        while let Some(error) = next {
            let text = error.to_string();
            let problem = text
                .strip_prefix("tunnel error: ")
                .or_else(|| text.strip_prefix("SOCKS error: "));
            if let Some(problem) = problem {
                return Some(match problem {
                    "failed to create underlying connection" => Self::Unreached,
                    "proxy authorization required"
                    | "credentials not accepted"
                    | "server does not support user/pass authentication"
                    | "server implements authentication incorrectly" => Self::Credentials,
                    "connection not allowed" => Self::Forbidden,
                    _ => Self::NoWay,
                });
            }
            next = error.source();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(url: &str, proxy: ProxyChoice) -> Route {
        Route {
            endpoint: Endpoint::parse(url).unwrap(),
            proxy,
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
        }
    }

    #[test]
    fn names_the_service_of_today_where_the_default_does_not_resolve() {
        for url in [DEFAULT_URL.to_owned(), format!("{DEFAULT_URL}/JESL")] {
            let text = route(&url, ProxyChoice::None).unresolved();
            assert!(
                text.contains(CURRENT_SERVICE_URL) && text.contains("--url"),
                "{text}"
            );
        }
        let text = route("https://jkool.test", ProxyChoice::None).unresolved();
        assert!(!text.contains(CURRENT_SERVICE_URL), "{text}");
    }

    #[test]
    fn names_the_proxy_it_goes_through() {
        let proxy = ProxyChoice::Given("http://u:canary@proxy.test:3128".into());
        let route = route("https://jkool.test/JESL", proxy);
        assert_eq!(
            route.to_string(),
            "https://jkool.test/JESL through the proxy http://proxy.test:3128"
        );
    }
}
