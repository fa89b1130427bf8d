//! What a collector can be told before it starts.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::authority::Authority;
use crate::connections::{Connections, listen};
use crate::intake::{Intake, OnEntity};
use crate::output_file::OutputFile;
use crate::routes::Desk;
use crate::{Collector, Received, StartError, tls};

/// Settings of a [`Collector`]; see [`Collector::builder`]. Setters never fail, [`start`](Self::start) reports.
#[must_use = "a builder does nothing until `start` is called"]
pub struct CollectorBuilder {
    address: String,
    token: Option<String>,
    output: Option<PathBuf>,
    certificate: Option<(Vec<u8>, Vec<u8>)>,
    keep: usize,
    on_entity: Option<OnEntity>,
    max_body_bytes: usize,
    body_timeout: Duration,
    idle_timeout: Duration,
}

impl CollectorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            address: "127.0.0.1:0".to_owned(),
            token: None,
            output: None,
            certificate: None,
            keep: 10_000,
            on_entity: None,
            max_body_bytes: 16 << 20,
            body_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(300),
        }
    }

    /// Where to listen, as `HOST:PORT`; port 0 takes any free one. Default: `127.0.0.1:0`, this machine only.
    pub fn bind(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Admits only who presents this token: in the header `X-API-Key` or `token`, or in a handshake earlier on the same
    /// connection. Default: everybody is admitted, with any token or none.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Appends each accepted entity to this file as one line of JSON, as it was sent. A request is answered when its
    /// lines are written (to the system, which may still hold them). If the file is moved away, a new one is begun.
    pub fn output(mut self, path: impl Into<PathBuf>) -> Self {
        self.output = Some(path.into());
        self
    }

    /// Serves HTTPS with this certificate chain and private key, both as PEM text. Default: plain HTTP.
    pub fn tls(mut self, certificate_pem: impl Into<Vec<u8>>, key_pem: impl Into<Vec<u8>>) -> Self {
        self.certificate = Some((certificate_pem.into(), key_pem.into()));
        self
    }

    /// How many of the latest entities [`Collector::received`] remembers. Default: 10,000; 0 remembers none.
    pub fn keep(mut self, entities: usize) -> Self {
        self.keep = entities;
        self
    }

    /// Is called with each accepted entity before its sender is answered, in the order of arrival on each connection.
    /// It runs on the connection's task: whatever takes long belongs elsewhere.
    pub fn on_entity(mut self, callback: impl Fn(&Received) + Send + Sync + 'static) -> Self {
        self.on_entity = Some(Box::new(callback));
        self
    }

    /// The largest body taken, in bytes; a larger one is answered with 413. Default: 16 MiB.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// How long a body, or the TLS handshake, may take to arrive; the request is answered with 408. Default: 30 s.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// How long a connection may wait for its next request before it is closed. Default: 5 minutes, as the jKool
    /// service does.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Opens everything and serves, on the current tokio runtime, until the collector is shut down or dropped.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, the output file cannot be opened, or the certificate is unusable.
    pub async fn start(self) -> Result<Collector, StartError> {
        let tls = match &self.certificate {
            Some((certificate, key)) => Some(tls::acceptor(certificate, key)?),
            None => None,
        };
        let output = match self.output {
            Some(path) => Some(OutputFile::open(&path).map_err(|source| StartError::Output {
                path: path.clone(),
                source,
            })?),
            None => None,
        };
        let not_listening = |source| StartError::Listen {
            address: self.address.clone(),
            source,
        };
        let listener = listen(&self.address).await.map_err(not_listening)?;
        let address = listener.local_addr().map_err(not_listening)?;
        let desk = Arc::new(Desk {
            authority: Authority::new(self.token),
            intake: Intake::new(output, self.keep, self.on_entity),
            max_body_bytes: self.max_body_bytes,
            body_timeout: self.body_timeout,
        });
        let (stop, stopped) = watch::channel(false);
        let is_secure = tls.is_some();
        let connections = Connections {
            desk: Arc::clone(&desk),
            tls,
            idle_timeout: self.idle_timeout,
            stop: stopped,
        };
        let serving = tokio::spawn(connections.accept(listener));
        Ok(Collector::new(address, is_secure, desk, stop, serving))
    }
}

impl fmt::Debug for CollectorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectorBuilder")
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| "[redacted]"))
            .field("output", &self.output)
            .field("tls", &self.certificate.is_some())
            .finish_non_exhaustive()
    }
}
