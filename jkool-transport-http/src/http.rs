//! The maker of HTTP transports.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jkool_model::EntityKind;
use jkool_transport::{
    Connect, Endpoint, ErrorKind, Limits, Refusal, TlsOptions, TokenSource, Transport, TransportError,
};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::failure::Route;
use crate::proxy::ProxyChoice;
use crate::request_headers::RequestHeaders;
use crate::targets::Targets;
use crate::transport::{HttpTransport, too_large};
use crate::{BodyFraming, HttpBuilder};

/// How long a connection waits unused before it is closed. Servers wait longer than that, so that it is rarely they
/// who close it, just as the next request is on its way.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Makes transports that post to one HTTP service.
///
/// Each [`connect`](Connect::connect) reads the access token anew, and after the first one the certificates too, so
/// that renewed ones are found after a failure. It needs no network, unless a
/// [`handshake`](HttpBuilder::handshake) was asked for: a far end that is down shows with the first record.
///
/// [`check`](Transport::check) posts an `<access-request>`: no other request is known that checks a token without
/// sending an event. A 2xx answer, unless it is a web page or an `<access-resp>` that denies access, says that all is
/// well.
pub struct Http {
    pub(crate) token: TokenSource,
    pub(crate) targets: Targets,
    pub(crate) framing: BodyFraming,
    pub(crate) handshake: bool,
    pub(crate) identity_headers: bool,
    pub(crate) limits: Limits,
    pub(crate) route: Arc<Route>,
    pub(crate) proxy_url: Option<Url>,
    /// `None` where nothing on the way can ask for TLS.
    pub(crate) tls: Option<TlsOptions>,
    /// What `build` made to find errors, for the first connection.
    pub(crate) first_tls_config: Mutex<Option<ClientConfig>>,
}

impl Http {
    /// Options for a service that takes this access token.
    pub fn builder(token: impl Into<TokenSource>) -> HttpBuilder {
        HttpBuilder::new(token.into())
    }

    fn tls_config(&self) -> Result<ClientConfig, TransportError> {
        let Some(options) = &self.tls else {
            return trusting_nobody();
        };
        let first = self
            .first_tls_config
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        first.map_or_else(|| options.build(), Ok)
    }

    /// A client of its own for each transport: what failed before leaves no connection behind.
    fn client(&self) -> Result<reqwest::Client, TransportError> {
        let mut tls = self.tls_config()?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            // A redirect would carry the token to another host, and a Referer the query of the URL.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .user_agent(concat!("jkool-rust/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.route.connect_timeout)
            .timeout(self.route.timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // Where a request begins before the connection of the last one is back, a spare one is made, and worth keeping.
            .pool_max_idle_per_host(self.limits.max_sends.saturating_mul(2))
            .https_only(self.targets.base().scheme() == "https");
        let builder = match (&self.route.proxy, &self.proxy_url) {
            (ProxyChoice::Given(_), Some(url)) => {
                let proxy = reqwest::Proxy::all(url.clone()).map_err(|error| self.unusable(error))?;
                builder.proxy(proxy)
            }
            (ProxyChoice::Environment, _) => builder,
            _ => builder.no_proxy(),
        };
        builder.build().map_err(|error| self.unusable(error))
    }

    fn unusable(&self, error: reqwest::Error) -> TransportError {
        TransportError::new(
            ErrorKind::Config,
            format!("no HTTP client for {} can be made", self.route),
        )
        .with_source(error.without_url())
    }
}

#[async_trait]
impl Connect for Http {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let token = self.token.current()?;
        let link = HttpTransport::new(
            self.client()?,
            Arc::clone(&self.route),
            self.targets.clone(),
            RequestHeaders::new(&token, self.identity_headers)?,
            token,
            self.framing,
            self.limits,
        );
        if self.handshake {
            link.request_access().await?;
        }
        Ok(Box::new(link))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.route.endpoint
    }

    fn token_source(&self) -> Option<&TokenSource> {
        Some(&self.token)
    }

    fn admit(&self, _kind: EntityKind, _channel: &str, body_bytes: usize) -> Result<(), Refusal> {
        if body_bytes > self.limits.max_record_bytes {
            return Err(too_large(body_bytes, self.limits));
        }
        Ok(())
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("route", &self.route)
            .field("token", &self.token)
            .field("framing", &self.framing)
            .field("handshake", &self.handshake)
            .field("identity_headers", &self.identity_headers)
            .field("limits", &self.limits)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// For a way without TLS: reqwest wants a configuration all the same, and panics without one.
fn trusting_nobody() -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::new(ErrorKind::Config, "TLS cannot be set up").with_source(error))?;
    Ok(builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}
