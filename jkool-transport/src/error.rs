//! Why a link failed.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Why a link failed: what happened, and whether trying again makes sense.
///
/// `Display` tells this step only, with the endpoint and what to do; the cause is in [`source`](Error::source).
/// A clone is cheap. No text of it holds a credential.
#[derive(Clone)]
pub struct TransportError {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What failed. Each kind says how a client handles it: *retried* with a growing delay, or *held*: everything waits,
/// one alarm is raised, and the oldest record probes from time to time whether the trouble is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The host name did not resolve. Retried.
    Resolve,
    /// No connection: refused, unreachable, or not made in time. Retried.
    Connect,
    /// The connection is not trusted: certificate, host name, TLS version. Held.
    Tls,
    /// The proxy refused to connect us, for want of credentials or otherwise (HTTP 407). Held.
    Proxy,
    /// The far end was silent for too long. Retried.
    Timeout,
    /// The connection broke while a record was under way. Retried.
    Io,
    /// The far end cannot take records just now (HTTP 408, 425, 429, 5xx; MQTT "server unavailable"). Retried, not
    /// before [`retry_after`](TransportError::retry_after).
    Busy,
    /// The token, or the user and password, are refused (HTTP 401, 403; MQTT 4, 5). Held.
    Unauthorized,
    /// Something answers, but not a jKool stream at this address (HTTP 3xx, 404, 405, an HTML page, …). Held.
    Misdirected,
    /// The transport was closed before. Retried on a new one.
    Closed,
    /// The settings cannot work, or the token cannot be read. Held.
    Config,
}

/// How a client handles a failed link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handling {
    /// Try again, each time after a longer delay.
    Retry,
    /// Hold everything, raise one alarm, probe with the oldest record.
    Hold,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Proxy,
        Self::Timeout,
        Self::Io,
        Self::Busy,
        Self::Unauthorized,
        Self::Misdirected,
        Self::Closed,
        Self::Config,
    ];

    /// How a client handles it.
    pub fn handling(self) -> Handling {
        match self {
            Self::Resolve | Self::Connect | Self::Timeout | Self::Io | Self::Busy | Self::Closed => {
                Handling::Retry
            }
            Self::Tls | Self::Proxy | Self::Unauthorized | Self::Misdirected | Self::Config => Handling::Hold,
        }
    }

    /// Whether a failure of this kind certainly happened before a record could take effect.
    pub fn is_before_sending(self) -> bool {
        !matches!(self, Self::Timeout | Self::Io | Self::Busy)
    }
}

impl TransportError {
    /// An error of this kind. The message names the endpoint, what was expected and what to do; no full stop at its
    /// end, and nothing of the cause, which belongs into [`with_source`](Self::with_source).
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            inner: Arc::new(Inner {
                kind,
                message: message.into(),
                status: None,
                retry_after: None,
                source: None,
            }),
        }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.change(|inner| inner.source = Some(source.into()))
    }

    /// Adds the HTTP status, or the MQTT return code, that the far end answered with.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    /// Adds the delay that the far end asked for.
    #[must_use]
    pub fn with_retry_after(self, delay: Option<Duration>) -> Self {
        self.change(|inner| inner.retry_after = delay)
    }

    /// What failed.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The HTTP status or MQTT return code of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// How long the far end asks us to wait, as it said it: whoever waits sets a cap.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Changes an error that is still being made; one already shared is left as it is.
    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            change(inner);
        }
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("TransportError");
        out.field("kind", &self.inner.kind)
            .field("message", &self.inner.message);
        if let Some(status) = self.inner.status {
            out.field("status", &status);
        }
        if let Some(delay) = self.inner.retry_after {
            out.field("retry_after", &delay);
        }
        if let Some(source) = &self.inner.source {
            out.field("source", &source.to_string());
        }
        out.finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.inner
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_its_own_step_and_leaves_the_cause_to_source() {
        let cause = std::io::Error::other("connection refused");
        let error = TransportError::new(ErrorKind::Connect, "cannot connect to https://a.b/")
            .with_source(cause)
            .with_status(503)
            .with_retry_after(Some(Duration::from_secs(3)));
        assert_eq!(error.to_string(), "cannot connect to https://a.b/");
        assert_eq!(error.source().unwrap().to_string(), "connection refused");
        assert_eq!(
            (error.status(), error.retry_after()),
            (Some(503), Some(Duration::from_secs(3)))
        );
    }

    #[test]
    fn a_held_failure_never_leaves_a_record_in_doubt() {
        for kind in ErrorKind::ALL {
            assert!(
                kind.handling() == Handling::Retry || kind.is_before_sending(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn is_one_pointer_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<TransportError>();
        assert_eq!(size_of::<TransportError>(), size_of::<usize>());
    }
}
