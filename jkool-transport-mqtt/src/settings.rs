//! The checked settings, which all connections of one `Mqtt` share.

use std::sync::Arc;
use std::time::Duration;

use rumqttc::{MqttOptions, TlsConfiguration, Transport};
use rustls::ClientConfig;
use secrecy::{ExposeSecret, SecretString};

use crate::admission::Admission;
use crate::broker::Broker;

/// What a builder has checked. It has no `Debug`, since that of rumqttc shows the password.
pub(crate) struct Settings {
    pub(crate) broker: Broker,
    /// `None` generates one for each connection.
    pub(crate) client_id: Option<String>,
    pub(crate) clean_session: bool,
    pub(crate) keepalive: Duration,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) tls: Option<Arc<ClientConfig>>,
    pub(crate) window: u16,
    pub(crate) ack_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) admission: Admission,
}

/// A user and a password.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

impl Settings {
    /// How many packet ids are used in turn. Far more than the window, so that one late acknowledgement does not
    /// stop the rest: an id may not be used again before its acknowledgement came.
    pub(crate) fn packet_ids(&self) -> u16 {
        self.window.saturating_mul(8).max(1_000)
    }

    /// The options of one connection.
    pub(crate) fn to_rumqttc(&self, client_id: &str, clean_session: bool) -> MqttOptions {
        /// Sizes are checked before a record is accepted; one that fails in the encoder would break the connection.
        const MAX_OUTGOING_BYTES: usize = usize::MAX;
        /// Acknowledgements have four bytes. A kept session may bring messages of an older subscription.
        const MAX_INCOMING_BYTES: usize = 1 << 20;

        let mut options = MqttOptions::new(client_id, &self.broker.host, self.broker.port);
        options
            .set_keep_alive(self.keepalive)
            .set_clean_session(clean_session)
            .set_inflight(self.packet_ids())
            .set_max_packet_size(MAX_INCOMING_BYTES, MAX_OUTGOING_BYTES);
        if let Some(credentials) = &self.credentials {
            options.set_credentials(&credentials.user, credentials.password.expose_secret());
        }
        if let Some(tls) = &self.tls {
            options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::clone(
                tls,
            ))));
        }
        options
    }
}
