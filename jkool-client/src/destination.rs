//! Where a client sends to, before it is built.

use std::fmt;
use std::sync::Arc;

use jkool_transport::{Connect, TokenSource};

use crate::BuildError;

/// What was said about where to; the last word of each kind counts.
#[derive(Default)]
pub(crate) struct Destination {
    pub(crate) token: Option<TokenSource>,
    pub(crate) url: Option<String>,
    #[cfg(feature = "mqtt")]
    pub(crate) broker: Option<String>,
    pub(crate) transport: Option<Arc<dyn Connect>>,
}

impl Destination {
    /// The transport to use: one that was given, a broker, or the one that fits the URL; without a URL, HTTP.
    pub(crate) fn connect(self, in_flight: usize) -> Result<Arc<dyn Connect>, BuildError> {
        if let Some(transport) = self.transport {
            return Ok(transport);
        }
        #[cfg(feature = "mqtt")]
        if let Some(broker) = self.broker {
            return mqtt(broker);
        }
        match self.url.as_deref().map(scheme).as_deref() {
            None if self.token.is_none() => Err(BuildError::NoDestination),
            #[cfg(feature = "http")]
            None | Some("http" | "https") => self.http(in_flight),
            #[cfg(feature = "mqtt")]
            Some("mqtt" | "mqtts") => mqtt(self.url.unwrap_or_default()),
            other => {
                // Without the feature `http`, nobody else wants to know.
                let _ = in_flight;
                Err(BuildError::Scheme {
                    scheme: other.unwrap_or("https").to_owned(),
                })
            }
        }
    }

    #[cfg(feature = "http")]
    fn http(self, in_flight: usize) -> Result<Arc<dyn Connect>, BuildError> {
        let mut builder =
            jkool_transport_http::Http::builder(self.token.ok_or(BuildError::NoToken)?).in_flight(in_flight);
        if let Some(url) = self.url {
            builder = builder.url(url);
        }
        Ok(Arc::new(builder.build()?))
    }
}

#[cfg(feature = "mqtt")]
fn mqtt(address: String) -> Result<Arc<dyn Connect>, BuildError> {
    Ok(Arc::new(jkool_transport_mqtt::Mqtt::builder(address).build()?))
}

/// The scheme of a URL, in lower case; empty if there is none.
fn scheme(url: &str) -> String {
    url.split_once("://")
        .map_or("", |(scheme, _)| scheme)
        .trim()
        .to_ascii_lowercase()
}

impl fmt::Debug for Destination {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination")
            .field("token", &self.token)
            .field(
                "transport",
                &self.transport.as_ref().map(|transport| transport.endpoint()),
            )
            .finish_non_exhaustive()
    }
}
