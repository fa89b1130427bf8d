//! What the local collector can be told.

use std::path::PathBuf;

use clap::Args;

use crate::args::SecretArg;

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:6580")]
    pub(crate) listen: String,

    /// Admit only who presents this token; - takes it from JKOOL_TOKEN or JKOOL_TOKEN_FILE [default: admit everybody]
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<SecretArg>,

    /// Append what arrives to this file as well, one JSON object per line; it may be rotated
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Print JSON, one object per line as it was sent, instead of readable lines
    #[arg(long)]
    pub(crate) json: bool,

    /// Serve HTTPS with this certificate (a PEM file, the chain of it included)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) cert: Option<PathBuf>,

    /// The private key of --cert (a PEM file)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,

    /// Receive what is published to this MQTT broker as well: mqtts://HOST, mqtt://HOST or a bare HOST
    #[arg(long, value_name = "URL", requires = "subscribe", help_heading = "MQTT")]
    pub(crate) mqtt: Option<String>,

    /// The topics to receive: + stands for any one level, # for all that follow
    #[arg(long, value_name = "TOPIC", requires = "mqtt", help_heading = "MQTT")]
    pub(crate) subscribe: Option<String>,

    /// The user to log in as at the broker, with the password in JKOOL_MQTT_PASSWORD
    #[arg(long, value_name = "USER", requires = "mqtt", help_heading = "MQTT")]
    pub(crate) username: Option<String>,

    /// Trust the authorities in this PEM file, instead of those that the system trusts, to vouch for the broker
    #[arg(long, value_name = "FILE", requires = "mqtt", help_heading = "MQTT")]
    pub(crate) ca_cert: Option<PathBuf>,

    /// Send the password without TLS to another machine: anybody on the way can read it
    #[arg(long, requires = "username", help_heading = "MQTT")]
    pub(crate) allow_plaintext: bool,
}
