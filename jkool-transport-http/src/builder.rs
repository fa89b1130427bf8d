//! The options of the HTTP transport.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_transport::{Endpoint, ErrorKind, Limits, TlsOptions, TokenSource, TransportError};
use url::Url;

use crate::failure::Route;
use crate::http::Http;
use crate::proxy::{Proxy, ProxyChoice};
use crate::targets::Targets;
use crate::{BodyFraming, PathMode};

/// Where TNT4PY streams to, and so do we by default.
pub const DEFAULT_URL: &str = "https://data.jkoolcloud.com";

/// Where the service is today. It is named in the error when [`DEFAULT_URL`] does not resolve.
pub const CURRENT_SERVICE_URL: &str = "https://stream.meshiq.com";

/// The most records, and the most bytes, in one body of [`BodyFraming::Ndjson`].
const MAX_BATCH_RECORDS: usize = 1000;
const MAX_BATCH_BYTES: usize = 1 << 20;

/// The options of [`Http`]. Setters never fail: [`build`](Self::build) tells what is wrong.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct HttpBuilder {
    token: TokenSource,
    url: String,
    path_mode: PathMode,
    framing: BodyFraming,
    handshake: bool,
    identity_headers: bool,
    allow_plaintext: bool,
    connect_timeout: Duration,
    timeout: Duration,
    in_flight: usize,
    max_record_bytes: usize,
    proxy: ProxyChoice,
    tls: TlsOptions,
}

impl HttpBuilder {
    pub(crate) fn new(token: TokenSource) -> Self {
        Self {
            token,
            url: DEFAULT_URL.to_owned(),
            path_mode: PathMode::default(),
            framing: BodyFraming::default(),
            handshake: false,
            identity_headers: true,
            allow_plaintext: false,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            in_flight: 8,
            max_record_bytes: 1 << 20,
            proxy: ProxyChoice::default(),
            tls: TlsOptions::new(),
        }
    }

    /// The URL of the service; its path is used as it is. Default: [`DEFAULT_URL`].
    pub fn url(self, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..self
        }
    }

    /// Where entities are posted to. Default: [`PathMode::Root`].
    pub fn path_mode(self, path_mode: PathMode) -> Self {
        Self { path_mode, ..self }
    }

    /// How many entities a request carries. Default: [`BodyFraming::Single`].
    pub fn framing(self, framing: BodyFraming) -> Self {
        Self { framing, ..self }
    }

    /// Whether each new transport first posts an `<access-request>`, as TNT4PY and JESL do, and streams only after
    /// the answer. Requests carry the token in any case. Default: off.
    pub fn handshake(self, handshake: bool) -> Self {
        Self { handshake, ..self }
    }

    /// Whether the headers `X-API-Host-Name`, `X-API-Host-Addr`, `X-API-Runtime` (`pid@host`) and `X-API-Version` tell
    /// the far end who sends. Default: on.
    pub fn identity_headers(self, identity_headers: bool) -> Self {
        Self {
            identity_headers,
            ..self
        }
    }

    /// Whether the access token may cross a network unencrypted, over `http://` to another machine. Default: off;
    /// `http://` to this machine is always allowed.
    pub fn allow_plaintext(self, allow_plaintext: bool) -> Self {
        Self {
            allow_plaintext,
            ..self
        }
    }

    /// How long making a connection may take, with its TLS handshake and proxies. Default: 10 s.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self {
            connect_timeout,
            ..self
        }
    }

    /// How long a request may take in all, from its beginning to the end of the answer. Default: 30 s.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How many requests may be under way at once, each on a connection of its own; at least 1. Default: 8.
    pub fn in_flight(self, in_flight: usize) -> Self {
        Self { in_flight, ..self }
    }

    /// The largest entity that is sent, in bytes; a larger one is refused. Default: 1 MiB.
    pub fn max_record_bytes(self, max_record_bytes: usize) -> Self {
        Self {
            max_record_bytes,
            ..self
        }
    }

    /// Goes through this proxy, whatever the environment says. Default: the proxy that the environment names for the
    /// far end (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters too; the settings of the
    /// system on macOS and Windows), and none for a far end on this machine.
    pub fn proxy(self, proxy: impl Into<Proxy>) -> Self {
        Self {
            proxy: ProxyChoice::Given(proxy.into()),
            ..self
        }
    }

    /// Goes through no proxy, whatever the environment says.
    pub fn no_proxy(self) -> Self {
        Self {
            proxy: ProxyChoice::None,
            ..self
        }
    }

    /// The options for TLS. Default: the certificates that this machine trusts, TLS 1.2 or newer.
    pub fn tls(self, tls: TlsOptions) -> Self {
        Self { tls, ..self }
    }

    /// Checks the options. Reads the certificates if TLS is needed; no network, no token yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`]: the URL is none, or `http://` would carry the token to another machine; the proxy or
    /// the TLS options cannot work; a time is zero.
    pub fn build(self) -> Result<Http, TransportError> {
        let (url, endpoint) = checked_url(&self.url)?;
        let proxy = match self.proxy {
            // A proxy cannot reach this machine by the name it has for itself, and would see the token on the way.
            ProxyChoice::Environment if endpoint.is_loopback() => ProxyChoice::None,
            choice => choice,
        };
        let proxy_url = match &proxy {
            ProxyChoice::Given(proxy) => Some(proxy.checked()?),
            _ => None,
        };
        let is_private = endpoint.is_loopback() && proxy_url.as_ref().is_none_or(is_loopback);
        if endpoint.scheme() == "http" && !is_private && !self.allow_plaintext {
            return Err(config(format!(
                "{endpoint} would get the access token unencrypted over a network: use https, or call \
                 allow_plaintext(true) if the network is trusted"
            )));
        }
        for (name, time) in [
            ("connect_timeout", self.connect_timeout),
            ("timeout", self.timeout),
        ] {
            if time.is_zero() {
                return Err(config(format!("{name} is zero: expected how long to wait")));
            }
        }
        // Reading the certificates takes time, and a machine without any can still stream over plain http.
        let needs_tls = endpoint.scheme() == "https"
            || match &proxy {
                ProxyChoice::Environment => environment_names_tls_proxy(),
                ProxyChoice::None => false,
                ProxyChoice::Given(_) => proxy_url.as_ref().is_some_and(|url| url.scheme() == "https"),
            };
        let tls = needs_tls.then_some(self.tls);
        let first_tls_config = tls.as_ref().map(TlsOptions::build).transpose()?;
        let (max_records, max_bytes) = match self.framing {
            BodyFraming::Single => (1, self.max_record_bytes),
            BodyFraming::Ndjson => (MAX_BATCH_RECORDS, MAX_BATCH_BYTES),
        };
        Ok(Http {
            token: self.token,
            targets: Targets::new(url, self.path_mode),
            framing: self.framing,
            handshake: self.handshake,
            identity_headers: self.identity_headers,
            limits: Limits::default()
                .record_bytes(self.max_record_bytes)
                .batch(max_records, max_bytes)
                .sends(self.in_flight, 1),
            route: Arc::new(Route {
                endpoint,
                proxy,
                connect_timeout: self.connect_timeout,
                timeout: self.timeout,
            }),
            proxy_url,
            tls,
            first_tls_config: Mutex::new(first_tls_config),
        })
    }
}

impl fmt::Debug for HttpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match Endpoint::parse(&self.url) {
            Ok(endpoint) => endpoint.to_string(),
            Err(error) => error.to_string(),
        };
        f.debug_struct("HttpBuilder")
            .field("token", &self.token)
            .field("url", &url)
            .field("path_mode", &self.path_mode)
            .field("framing", &self.framing)
            .field("handshake", &self.handshake)
            .field("identity_headers", &self.identity_headers)
            .field("allow_plaintext", &self.allow_plaintext)
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("in_flight", &self.in_flight)
            .field("max_record_bytes", &self.max_record_bytes)
            .field("proxy", &self.proxy)
            .field("tls", &self.tls)
            .finish()
    }
}

fn checked_url(text: &str) -> Result<(Url, Endpoint), TransportError> {
    let endpoint = Endpoint::parse(text).map_err(|error| config(error.to_string()))?;
    if !matches!(endpoint.scheme(), "http" | "https") {
        return Err(config(format!(
            "{endpoint} is no address of an HTTP service: expected one that begins with https:// or http://"
        )));
    }
    let url = Url::parse(text)
        .map_err(|error| config(format!("{endpoint} cannot be requested")).with_source(error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(config(format!(
            "the URL {endpoint} was given with a user or password, which no jKool service asks for: give the access \
             token to Http::builder instead"
        )));
    }
    Ok((url, endpoint))
}

fn is_loopback(url: &Url) -> bool {
    Endpoint::parse(url.as_str()).is_ok_and(|endpoint| endpoint.is_loopback())
}

/// Whether a request over plain http may meet a proxy that speaks TLS.
fn environment_names_tls_proxy() -> bool {
    ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        .into_iter()
        .filter_map(std::env::var_os)
        .any(|value| value.to_string_lossy().starts_with("https:"))
}

fn config(message: String) -> TransportError {
    TransportError::new(ErrorKind::Config, message)
}
