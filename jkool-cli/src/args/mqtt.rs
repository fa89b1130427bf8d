//! How to publish to an MQTT broker.

use std::time::Duration;

use clap::Args;
use jkool_client::QualityOfService;

use crate::args::SecretArg;
use crate::args::numbers::keepalive;

#[derive(Args, Debug)]
#[command(next_help_heading = "MQTT")]
pub(crate) struct MqttArgs {
    /// Stream to this MQTT broker, as TNT4PY does; the password - takes it from JKOOL_MQTT_PASSWORD
    ///
    /// The broker is a host, host:port, mqtt://host or mqtts://host; a bare host means TLS if there are TLS options.
    /// Without TLS, user and password can be read on the way, of which a warning tells. Each event is one message of
    /// JSON; TNT4PY's command line publishes the bare text. For a broker without user and password, give --url
    /// mqtt://host instead.
    #[arg(
        long,
        num_args = 3,
        value_names = ["BROKER", "USER", "PASSWORD"],
        action = clap::ArgAction::Set,
    )]
    pub(crate) mqtt: Option<Vec<SecretArg>>,

    /// The topic to publish to [default: jkool]
    #[arg(long, short, value_name = "TOPIC")]
    pub(crate) topic: Option<String>,

    /// The quality of service: 0, 1 or 2 [default: 1, or 0 in the dialect of TNT4PY]
    ///
    /// At 0 nobody confirms anything: what is under way when the connection breaks is lost. At 1 and 2 every event is
    /// confirmed by the broker, and sent again if need be.
    #[arg(long, value_name = "LEVEL", value_parser = quality)]
    pub(crate) qos: Option<QualityOfService>,

    /// The user to log in as, with the password in JKOOL_MQTT_PASSWORD, where --url names the broker
    #[arg(long, value_name = "USER", hide_short_help = true)]
    pub(crate) username: Option<String>,

    /// The client id [default: jkool- and 16 random digits]
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub(crate) client_id: Option<String>,

    /// Let the broker keep the session after the end; needs --client-id
    #[arg(long, requires = "client_id", hide_short_help = true)]
    pub(crate) keep_session: bool,

    /// How often to ask a silent broker whether it is there, in seconds [default: 60]
    #[arg(long, value_name = "SECS", hide_short_help = true, value_parser = keepalive)]
    pub(crate) keepalive: Option<Duration>,
}

impl MqttArgs {
    /// The first option given that makes no sense without a broker.
    pub(crate) fn stray(&self) -> Option<&'static str> {
        [
            (self.topic.is_some(), "--topic"),
            (self.qos.is_some(), "--qos"),
            (self.username.is_some(), "--username"),
            (self.client_id.is_some(), "--client-id"),
            (self.keep_session, "--keep-session"),
            (self.keepalive.is_some(), "--keepalive"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }
}

fn quality(text: &str) -> Result<QualityOfService, &'static str> {
    text.parse()
        .ok()
        .and_then(QualityOfService::from_level)
        .ok_or("expected 0, 1 or 2")
}
