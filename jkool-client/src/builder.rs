//! Says where to and how.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jkool_model::{Decorations, Dialect, NonFinite, Severity, SourceFqn};
use jkool_transport::{Connect, TokenSource};

use crate::channel::{ChannelNames, Channels};
use crate::client::Handle;
use crate::defaults::Defaults;
use crate::delivery::{Delivery, Mailbox, Settings};
use crate::destination::Destination;
use crate::hooks::Hooks;
use crate::intake::{Intake, Origin};
use crate::ledger::{Count, Ledger};
use crate::queue::{Queue, QueueReader};
use crate::tally::Tally;
use crate::worker;
use crate::{Alarm, BuildError, Client, DeadLetter, RetryPolicy};

/// The channel of what is sent without a logger.
const DEFAULT_CHANNEL: &str = "jkool";

/// Says where a [`Client`] sends to, and how. Setters never fail; [`build`](Self::build) returns every error.
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
    level: Severity,
    max_queued_events: usize,
    max_queued_bytes: usize,
    in_flight: usize,
    is_ordered: bool,
    delivery_timeout: Duration,
    drop_timeout: Duration,
    retry: RetryPolicy,
    hooks: Hooks,
    fault: Option<BuildError>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            destination: Destination::default(),
            defaults: Defaults::new(),
            level: Severity::Info,
            max_queued_events: 100_000,
            max_queued_bytes: 64 << 20,
            in_flight: 8,
            is_ordered: false,
            delivery_timeout: Duration::from_secs(300),
            drop_timeout: Duration::from_secs(2),
            retry: RetryPolicy::default(),
            hooks: Hooks::default(),
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

    // Where to.

    /// Sends with this access token: over HTTPS to `https://data.jkoolcloud.com`, or to another [`url`](Self::url).
    ///
    /// Keep a clone of the [`TokenSource`] to [set](TokenSource::set) a new token later. It is used from the next
    /// connection on; when the old one is refused already, a [`check`](Client::check) tries the new one at once.
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

    // What entities say if they do not say it themselves.

    /// Where entities come from. Each `?` and `$KEY` is filled in when the client is built: `?` by host name, local
    /// address, user, program, process; `$KEY` by the environment variable of that name.
    ///
    /// Default: `APPL=<program name>#SERVER=?#NETADDR=?`; none in the TNT4PY dialect.
    pub fn source_fqn(mut self, source_fqn: SourceFqn) -> Self {
        self.defaults.source_fqn = Some(source_fqn);
        self
    }

    /// The operation of events, activities and log entries without one that no logger sends. Default: none.
    pub fn operation(self, operation: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.operation(operation.into()))
    }

    /// The location of events, activities and log entries without one. Default: none.
    pub fn location(self, location: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.location(location.into()))
    }

    /// The user of events, activities and log entries without one. Default: none.
    pub fn user(self, user: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.user(user.into()))
    }

    /// The resource of events, activities and log entries without one. Default: none.
    pub fn resource(self, resource: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.resource(resource.into()))
    }

    /// Defaults for any field that can have one. They replace what was set before with [`operation`](Self::operation),
    /// [`location`](Self::location), [`user`](Self::user) and [`resource`](Self::resource).
    pub fn decorations(mut self, decorations: Decorations) -> Self {
        self.defaults.decorations = decorations;
        self
    }

    /// Whether events, activities and log entries without a process id get that of this process, as in TNT4J.
    /// Default: yes; never in the TNT4PY dialect.
    pub fn pid(mut self, has_pid: bool) -> Self {
        self.defaults.has_pid = has_pid;
        self
    }

    /// The lowest severity that is sent; entities without a severity always are. Default: `INFO`.
    pub fn level(mut self, level: Severity) -> Self {
        self.level = level;
        self
    }

    /// How entities are spelled in JSON. In the TNT4PY dialect nothing is added that was not set: no default source
    /// FQN, no process id, and no tracking id or time where an entity lacks them. Default: TNT4J.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.defaults.dialect = dialect;
        self
    }

    /// What becomes of NaN and the infinities. Default: omitted.
    pub fn non_finite(mut self, non_finite: NonFinite) -> Self {
        self.defaults.non_finite = non_finite;
        self
    }

    // How it is delivered.

    /// The most events that are queued or under way. When there are as many, `send` hands events back. Never exceeded;
    /// while several threads send, up to 1/16 may be out of reach for some milliseconds. Default: 100,000.
    pub fn max_queued_events(mut self, events: usize) -> Self {
        self.max_queued_events = events;
        self
    }

    /// The most bytes of encoded events that are queued or under way. A buffer of up to 64 KiB counts in full until all
    /// events in it are settled. Never exceeded; while several threads send, up to 1/16 may be out of reach for some
    /// milliseconds. Default: 64 MiB.
    pub fn max_queued_bytes(mut self, bytes: usize) -> Self {
        self.max_queued_bytes = bytes;
        self
    }

    /// How many requests may be under way at once. A transport given whole has a limit of its own; the lower one counts.
    /// Default: 8.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = requests;
        self
    }

    /// Whether the first copies of all events arrive in the order in which they were accepted, across threads. Then
    /// only as many requests are under way as the transport keeps in order; for HTTP that is one. Otherwise, events of
    /// one thread are sent in order, but may overtake each other on the way. Default: no.
    ///
    /// A transport that puts several events into one request must itself keep their order.
    pub fn ordered(mut self, is_ordered: bool) -> Self {
        self.is_ordered = is_ordered;
        self
    }

    /// How long an event may wait for its delivery; then it is dropped as [`Expired`](crate::DropReason::Expired).
    /// Default: 5 min.
    pub fn delivery_timeout(mut self, timeout: Duration) -> Self {
        self.delivery_timeout = timeout;
        self
    }

    /// How long to wait before trying again. Default: see [`RetryPolicy`].
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How long the drop of the last handle, or of a [`Guard`](crate::Guard), may take to deliver what is queued.
    /// Default: 2 s.
    pub fn drop_timeout(mut self, timeout: Duration) -> Self {
        self.drop_timeout = timeout;
        self
    }

    // What the host wants to be told.

    /// Called once when the client begins to [hold](crate::Health::Holding) everything back: the token is refused, the
    /// address is wrong. It runs on the worker thread, which delivers nothing meanwhile. Default: nobody is told.
    pub fn on_alarm(mut self, hook: impl Fn(&Alarm) + Send + Sync + 'static) -> Self {
        self.hooks.on_alarm = Some(Box::new(hook));
        self
    }

    /// Called for each event that is refused for good. It runs on the worker thread, which delivers nothing meanwhile.
    /// Default: such events are counted only.
    pub fn on_dead_letter(mut self, hook: impl Fn(&DeadLetter) + Send + Sync + 'static) -> Self {
        self.hooks.on_dead_letter = Some(Box::new(hook));
        self
    }

    /// Starts the worker thread. Nothing is sent and nothing waits: a wrong token or a dead host shows in
    /// [`health`](Client::health), in [`check`](Client::check), and by [`on_alarm`](Self::on_alarm).
    ///
    /// # Errors
    ///
    /// The first fault found in the settings; or the operating system has no thread left.
    pub fn build(self) -> Result<Client, BuildError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let limits = [
            ("max_queued_events", self.max_queued_events),
            ("max_queued_bytes", self.max_queued_bytes),
            ("in_flight", self.in_flight),
        ];
        if let Some((setter, _)) = limits.into_iter().find(|(_, limit)| *limit == 0) {
            return Err(BuildError::ZeroLimit { setter });
        }
        let is_stamping = !self.defaults.is_plain();
        let encoder = self.defaults.encoder();
        let connect = self.destination.connect(self.in_flight)?;
        let queue = Queue::new(self.max_queued_events, self.max_queued_bytes, self.is_ordered);
        let mailbox = Arc::new(Mailbox::new());
        let ledger = Arc::new(Ledger::default());
        let channels = Arc::new(Channels::default());
        let settings = Settings {
            in_flight: self.in_flight,
            is_ordered: self.is_ordered,
            delivery_timeout: Some(self.delivery_timeout),
            retry: self.retry,
            hooks: self.hooks,
        };
        let delivery = Delivery::new(
            QueueReader::new(Arc::clone(&queue)),
            Arc::clone(&mailbox),
            Arc::clone(&connect),
            Arc::clone(&ledger),
            ChannelNames::new(Arc::clone(&channels)),
            settings,
            Box::new(fastrand::f64),
        );
        worker::start(delivery).map_err(BuildError::Worker)?;
        let (channel, name) = channels.intern(DEFAULT_CHANNEL);
        let handle = Handle {
            intake: Arc::new(Intake {
                queue,
                mailbox,
                ledger,
                channels,
                connect,
                level: self.level,
                is_stamping,
                tally: Tally::default(),
                refused: Count::default(),
                process: std::process::id(),
            }),
            origin: Origin {
                encoder,
                channel,
                name,
            },
            reporting: Arc::default(),
            drop_timeout: self.drop_timeout,
        };
        Ok(Client {
            handle: Arc::new(handle),
        })
    }

    fn decorate(mut self, add: impl FnOnce(Decorations) -> Decorations) -> Self {
        self.defaults.decorations = add(self.defaults.decorations);
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
