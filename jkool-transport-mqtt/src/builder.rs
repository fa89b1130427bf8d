//! The settings of an MQTT transport, as they are given.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jkool_transport::{ErrorKind, TlsOptions, TransportError};
use secrecy::{ExposeSecret, SecretString};

use crate::admission::Admission;
use crate::broker::Broker;
use crate::settings::{Credentials, Settings};
use crate::{Mqtt, QualityOfService, client_id, topic};

/// The longest time that any time-out may be set to: a day.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The largest packet of MQTT 3.1.1 (§2.2.3): 268,435,455 bytes behind a header of five.
const MAX_PACKET_BYTES: usize = 268_435_460;

/// Builds an [`Mqtt`]. Setters never fail; [`build`](Self::build) checks everything.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct MqttBuilder {
    address: String,
    topic: Option<String>,
    quality: QualityOfService,
    clean_session: bool,
    client_id: Option<String>,
    keepalive: Duration,
    credentials: Option<Credentials>,
    allow_plaintext: bool,
    tls: Option<TlsOptions>,
    window: usize,
    ack_timeout: Duration,
    connect_timeout: Duration,
    max_packet_bytes: usize,
}

impl MqttBuilder {
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            topic: None,
            quality: QualityOfService::default(),
            clean_session: true,
            client_id: None,
            keepalive: Duration::from_secs(60),
            credentials: None,
            allow_plaintext: false,
            tls: None,
            window: 100,
            ack_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_packet_bytes: 1 << 20,
        }
    }

    // What is published, and how.

    /// Publishes every record to this topic. Default: each record goes to its channel, the name of its logger.
    ///
    /// A topic has 1 to 65,535 bytes and no wildcard (`+`, `#`), control character or `$SYS`. Leave out slashes at
    /// its ends if tnt4j-streams is to consume it, which strips them from the topics it subscribes to.
    pub fn topic(self, topic: impl Into<String>) -> Self {
        Self {
            topic: Some(topic.into()),
            ..self
        }
    }

    /// Sets how surely messages arrive. Default: [`QualityOfService::AtLeastOnce`].
    pub fn qos(self, quality: QualityOfService) -> Self {
        Self { quality, ..self }
    }

    /// Sets the largest PUBLISH packet, in bytes: topic, body and header. A broker drops or breaks the connection on
    /// larger packets than it is set to take, so set what it takes. Default: 1 MiB; the protocol ends at 256 MiB.
    ///
    /// A broker of MQTT 3.1.1 cannot say that a message is too large, and a connection that it breaks looks like one that
    /// was lost. So a message within this limit and beyond the broker's is sent again and again, and others may wait
    /// behind it, until it [expires](https://docs.rs/jkool-client/latest/jkool_client/struct.ClientBuilder.html#method.delivery_timeout).
    pub fn max_packet_bytes(self, max_packet_bytes: usize) -> Self {
        Self {
            max_packet_bytes,
            ..self
        }
    }

    /// Sets how many messages may be under way at once, over all overlapping sends: 1 to 10,000. What gets through
    /// is this number in each round trip, so raise it on a long way. Default: 100.
    pub fn window(self, messages: usize) -> Self {
        Self {
            window: messages,
            ..self
        }
    }

    // Who publishes.

    /// Sets the client id. While one connection uses it, another with the same id takes its place, so it must differ
    /// between processes. Default: `jkool-` and 16 random digits, new for each connection.
    pub fn client_id(self, client_id: impl Into<String>) -> Self {
        Self {
            client_id: Some(client_id.into()),
            ..self
        }
    }

    /// Whether the broker forgets the session when the connection ends. Keeping one (`false`) needs a
    /// [`client_id`](Self::client_id), and brings a publisher nothing: what was not confirmed is sent again in any
    /// case. Default: true.
    pub fn clean_session(self, clean_session: bool) -> Self {
        Self {
            clean_session,
            ..self
        }
    }

    /// Sets user and password, which are kept out of every message. Without TLS they go only to this machine, unless
    /// [`allow_plaintext`](Self::allow_plaintext) is set. Default: none.
    pub fn credentials(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            credentials: Some(Credentials {
                user: user.into(),
                password: SecretString::from(password.into()),
            }),
            ..self
        }
    }

    /// Whether a password may leave this machine without TLS, where everybody on the way can read it. Default: false.
    pub fn allow_plaintext(self, allow_plaintext: bool) -> Self {
        Self {
            allow_plaintext,
            ..self
        }
    }

    /// Sets the options of TLS, for `mqtts://`, `ssl://` or a bare host. Default: trust what the system trusts, no
    /// client certificate.
    pub fn tls(self, options: TlsOptions) -> Self {
        Self {
            tls: Some(options),
            ..self
        }
    }

    // How long to wait.

    /// Sets how often the broker is asked whether it is still there, in whole seconds up to 65,535. A broker that
    /// vanished without a word is noticed after at most twice this time, or after the
    /// [`ack_timeout`](Self::ack_timeout) if messages are under way. Default: 60 s.
    pub fn keepalive(self, interval: Duration) -> Self {
        Self {
            keepalive: interval,
            ..self
        }
    }

    /// Sets how long the broker may take for the acknowledgement that is due next, and the network for any one
    /// packet, before the connection counts as dead. Default: 30 s.
    pub fn ack_timeout(self, timeout: Duration) -> Self {
        Self {
            ack_timeout: timeout,
            ..self
        }
    }

    /// Sets how long a connection may take, from the look-up of the name to the broker's welcome. If the name has
    /// several addresses, they are tried one after the other within this time. Default: 10 s.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self {
            connect_timeout: timeout,
            ..self
        }
    }

    /// Checks all settings, and reads the certificate files that the TLS options name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], naming the first setting that cannot work, what is wrong with it, and what to do.
    pub fn build(self) -> Result<Mqtt, TransportError> {
        let broker = Broker::parse(&self.address, self.tls.is_some())?;
        self.check_names()?;
        self.check_credentials(&broker)?;
        self.check_session()?;
        let (window, keepalive) = self.check_numbers()?;
        let tls = match (broker.is_tls, self.tls) {
            (true, options) => Some(Arc::new(options.unwrap_or_default().build()?)),
            (false, _) => None,
        };
        Ok(Mqtt::new(Settings {
            broker,
            client_id: self.client_id,
            clean_session: self.clean_session,
            keepalive,
            credentials: self.credentials,
            tls,
            window,
            ack_timeout: self.ack_timeout,
            connect_timeout: self.connect_timeout,
            admission: Admission {
                topic: self.topic.map(Arc::from),
                quality: self.quality,
                max_packet_bytes: self.max_packet_bytes,
            },
        }))
    }

    fn check_names(&self) -> Result<(), TransportError> {
        if let Some(fault) = self.topic.as_deref().and_then(topic::find_fault) {
            return Err(bad(format!("the topic {fault}")));
        }
        if let Some(fault) = self.client_id.as_deref().and_then(client_id::find_fault) {
            return Err(bad(format!("the client id {fault}")));
        }
        Ok(())
    }

    fn check_credentials(&self, broker: &Broker) -> Result<(), TransportError> {
        let Some(Credentials { user, password }) = &self.credentials else {
            return Ok(());
        };
        if user.is_empty() {
            return Err(bad(
                "the user is empty: MQTT 3.1.1 has no password without a user",
            ));
        }
        if user.chars().any(char::is_control) {
            return Err(bad("the user has a control character"));
        }
        if user.len().max(password.expose_secret().len()) > 65_535 {
            return Err(bad(
                "user and password may have 65535 bytes each, and one of them has more",
            ));
        }
        if !broker.is_tls && !broker.endpoint.is_loopback() && !self.allow_plaintext {
            return Err(bad(format!(
                "the password would go to {} in the clear: use mqtts://, or allow plain text",
                broker.endpoint
            )));
        }
        Ok(())
    }

    fn check_session(&self) -> Result<(), TransportError> {
        if self.clean_session {
            return Ok(());
        }
        if self.client_id.is_none() {
            return Err(bad(
                "a session is kept under a client id: set one, or leave clean_session on",
            ));
        }
        if self.quality == QualityOfService::ExactlyOnce {
            // A kept session remembers packet ids whose handshake is half done. A new connection begins with id 1,
            // and the broker would take the new message for the old one and drop it (§4.3.3).
            return Err(bad(
                "a kept session with quality of service 2 can lose messages, since packet ids begin anew with each \
                 connection: use quality of service 1, or leave clean_session on",
            ));
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<(u16, Duration), TransportError> {
        for (name, timeout) in [
            ("ack_timeout", self.ack_timeout),
            ("connect_timeout", self.connect_timeout),
        ] {
            if timeout.is_zero() || timeout > MAX_TIMEOUT {
                return Err(bad(format!("{name} is {timeout:?}: expected up to 24 hours")));
            }
        }
        if !(1..=65_535).contains(&self.keepalive.as_secs()) {
            return Err(bad(format!(
                "keepalive is {:?}: expected 1 to 65535 seconds",
                self.keepalive
            )));
        }
        if !(1_024..=MAX_PACKET_BYTES).contains(&self.max_packet_bytes) {
            return Err(bad(format!(
                "max_packet_bytes is {}: expected 1024 to {MAX_PACKET_BYTES}",
                self.max_packet_bytes
            )));
        }
        if self
            .topic
            .as_ref()
            .is_some_and(|topic| topic.len() + 512 > self.max_packet_bytes)
        {
            return Err(bad(format!(
                "the topic leaves no room for an event in a packet of max_packet_bytes ({})",
                self.max_packet_bytes
            )));
        }
        match u16::try_from(self.window) {
            Ok(window @ 1..=10_000) => Ok((window, Duration::from_secs(self.keepalive.as_secs()))),
            _ => Err(bad(format!("window is {}: expected 1 to 10000", self.window))),
        }
    }
}

/// Shows neither password nor address, which may hold one.
impl fmt::Debug for MqttBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MqttBuilder")
            .field("topic", &self.topic)
            .field("qos", &self.quality)
            .field("client_id", &self.client_id)
            .field("has_credentials", &self.credentials.is_some())
            .field("has_tls_options", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

fn bad(message: impl Into<Cow<'static, str>>) -> TransportError {
    TransportError::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_impossible_setting_has_its_own_message() {
        let base = || Mqtt::builder("broker");
        let seconds = Duration::from_secs;
        let cases: Vec<(MqttBuilder, &str)> = vec![
            (base().topic(""), "the topic is empty"),
            (base().topic("a/#"), "the topic has '#'"),
            (base().client_id(""), "the client id is empty"),
            (base().client_id("a\0"), "the client id has a control character"),
            (
                base().client_id("a".repeat(65_536)),
                "the client id has more than 65535",
            ),
            (base().credentials("", "canary"), "the user is empty"),
            (base().credentials("a\n", "canary"), "the user has a control"),
            (
                base().credentials("a", "canary".repeat(11_000)),
                "65535 bytes each",
            ),
            (base().credentials("a", "canary"), "in the clear"),
            (base().clean_session(false), "set one"),
            (
                base()
                    .clean_session(false)
                    .client_id("a")
                    .qos(QualityOfService::ExactlyOnce),
                "can lose messages",
            ),
            (base().ack_timeout(Duration::ZERO), "ack_timeout is 0ns"),
            (base().ack_timeout(Duration::MAX), "ack_timeout is"),
            (base().connect_timeout(Duration::ZERO), "connect_timeout is 0ns"),
            (base().keepalive(Duration::ZERO), "keepalive is 0ns"),
            (base().keepalive(Duration::from_millis(999)), "keepalive is 999ms"),
            (base().keepalive(seconds(65_536)), "keepalive is 65536s"),
            (base().max_packet_bytes(1_023), "max_packet_bytes is 1023"),
            (
                base().max_packet_bytes(268_435_461),
                "max_packet_bytes is 268435461",
            ),
            (
                base().topic("t".repeat(600)).max_packet_bytes(1_024),
                "leaves no room",
            ),
            (base().window(0), "window is 0"),
            (base().window(10_001), "window is 10001"),
        ];
        let mut messages = HashSet::new();
        for (builder, part) in cases {
            let shown = format!("{builder:?}");
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(part), "{error} lacks {part:?}");
            assert!(
                !format!("{shown} {error} {error:?}").contains("canary"),
                "{error}"
            );
            assert!(messages.insert(error.to_string()), "twice: {error}");
        }
    }

    #[test]
    fn a_password_goes_where_it_is_safe_or_allowed() {
        for address in ["mqtt://127.0.0.1", "localhost", "[::1]:1", "mqtts://broker"] {
            let mqtt = Mqtt::builder(address)
                .credentials("user", "canary")
                .build()
                .unwrap();
            assert!(!format!("{mqtt:?}").contains("canary"), "{mqtt:?}");
        }
        Mqtt::builder("broker")
            .credentials("user", "canary")
            .allow_plaintext(true)
            .build()
            .unwrap();
    }
}
