//! Says where to and how.

mod build;
mod callbacks;
mod delivery;
mod entities;
mod filters;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jkool_model::{Severity, SourceFqn};
use jkool_transport::{Connect, TokenSource};

#[cfg(feature = "spool")]
use crate::Spool;
use crate::defaults::Defaults;
use crate::destination::Destination;
use crate::filter::FilterOptions;
use crate::hooks::Hooks;
use crate::{BuildError, OnFull, RetryPolicy};

/// Says where a [`Client`](crate::Client) sends to, and how. Setters never fail; [`build`](Self::build) returns every error.
///
/// ```no_run
/// use jkool_client::{Client, Severity};
///
/// let client = Client::builder()
///     .http("my-access-token")
///     .source_fqn("APPL=Shop#SERVER=?#DATACENTER=DC1".parse()?)
///     .level(Severity::Warning)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    destination: Destination,
    defaults: Defaults,
    filters: FilterOptions,
    max_queued_events: usize,
    max_queued_bytes: usize,
    on_full: OnFull,
    in_flight: usize,
    is_ordered: bool,
    delivery_timeout: Option<Duration>,
    #[cfg(feature = "spool")]
    spool: Option<Spool>,
    drop_timeout: Duration,
    retry: RetryPolicy,
    hooks: Hooks,
    dead_letter_file: Option<(PathBuf, u64)>,
    fault: Option<BuildError>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            destination: Destination::default(),
            defaults: Defaults::new(),
            filters: FilterOptions::new(),
            max_queued_events: 100_000,
            max_queued_bytes: 64 << 20,
            on_full: OnFull::default(),
            in_flight: 8,
            is_ordered: false,
            delivery_timeout: None,
            #[cfg(feature = "spool")]
            spool: None,
            drop_timeout: Duration::from_secs(2),
            retry: RetryPolicy::default(),
            hooks: Hooks::default(),
            dead_letter_file: None,
            fault: None,
        }
    }

    /// A builder that starts from environment variables. What is set on it afterwards wins.
    ///
    /// | variable | is |
    /// |---|---|
    /// | `JKOOL_TOKEN_FILE` | a file with the access token, read again for each new connection; comes before `JKOOL_TOKEN` |
    /// | `JKOOL_TOKEN` | the access token |
    /// | `JKOOL_URL` | as [`url`](Self::url) |
    /// | `JKOOL_SOURCE_FQN` | as [`source_fqn`](Self::source_fqn) |
    /// | `JKOOL_LEVEL` | as [`level`](Self::level), by name |
    ///
    /// Empty variables count as not set.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let mut builder = Self::new();
        if let Some(path) = variable("JKOOL_TOKEN_FILE") {
            builder = builder.http(TokenSource::file(path));
        } else if let Some(token) = variable("JKOOL_TOKEN") {
            builder = builder.http(token);
        }
        if let Some(url) = variable("JKOOL_URL") {
            builder = builder.url(url);
        }
        if let Some(text) = variable("JKOOL_SOURCE_FQN") {
            match SourceFqn::from_str(&text) {
                Ok(source_fqn) => builder = builder.source_fqn(source_fqn),
                Err(error) => builder.blame("JKOOL_SOURCE_FQN", error),
            }
        }
        if let Some(text) = variable("JKOOL_LEVEL") {
            match Severity::from_str(&text) {
                Ok(level) => builder = builder.level(level),
                Err(error) => builder.blame("JKOOL_LEVEL", error),
            }
        }
        builder
    }

    /// Sends with this access token: over HTTPS to `https://data.jkoolcloud.com`, or to another [`url`](Self::url).
    ///
    /// [`set_token`](crate::Client::set_token) replaces it while the client runs; a token from a
    /// [file](TokenSource::file) is read again for each new connection, and so on each probe of a hold.
    pub fn http(mut self, token: impl Into<TokenSource>) -> Self {
        self.destination.token = Some(token.into());
        self
    }

    /// Sends to this MQTT broker: `mqtts://host`, `mqtt://host:port`, or a bare `host`. For credentials and a fixed
    /// topic, give a transport built with `Mqtt::builder(…)`.
    #[cfg(feature = "mqtt")]
    #[cfg_attr(docsrs, doc(cfg(feature = "mqtt")))]
    pub fn mqtt(mut self, address: impl Into<String>) -> Self {
        self.destination.broker = Some(address.into());
        self
    }

    /// The URL to send to; its scheme chooses the transport: `https` and `http` with the feature `http`, `mqtts` and
    /// `mqtt` with the feature `mqtt`. Plain `http` to another machine needs a transport built with
    /// `Http::builder(…).allow_plaintext(true)`, since the token can be read on the way.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.destination.url = Some(url.into());
        self
    }

    /// A transport of your own, or one built with options of its own. Token and URL given here do not matter then.
    pub fn transport(mut self, transport: impl Connect) -> Self {
        self.destination.transport = Some(Arc::new(transport));
        self
    }

    fn blame(&mut self, name: &'static str, source: impl std::error::Error + Send + Sync + 'static) {
        self.fault.get_or_insert(BuildError::Variable {
            name,
            source: Box::new(source),
        });
    }
}

#[cfg(test)]
mod tests;
