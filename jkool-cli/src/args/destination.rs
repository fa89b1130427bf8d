//! Where to stream to.

use std::path::PathBuf;

use clap::Args;

use crate::args::{MqttArgs, SecretArg, TlsArgs};

const URL_HELP: &str = "\
    Where to stream to: https://, http://, mqtts:// or mqtt:// [default: JKOOL_URL, else https://data.jkoolcloud.com; \
    today's service: https://stream.meshiq.com]";

#[derive(Args, Debug)]
#[command(next_help_heading = "Destination")]
pub(crate) struct DestinationArgs {
    /// Stream over HTTPS with this access token; - takes it from --token-file or the environment
    ///
    /// Others on this machine can see the command line, and the shell remembers it: better set JKOOL_TOKEN or
    /// JKOOL_TOKEN_FILE, or give --token-file. Then this option is not needed at all.
    #[arg(long, value_name = "TOKEN")]
    pub(crate) https: Option<SecretArg>,

    /// Take the access token from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    #[arg(long, value_name = "URL", help = URL_HELP)]
    pub(crate) url: Option<String>,

    /// Send to the path of the entity's kind, such as /event, instead of the URL as it stands
    #[arg(long, hide_short_help = true)]
    pub(crate) typed_paths: bool,

    /// Present the token in a handshake first, as TNT4PY and JESL do
    #[arg(long, hide_short_help = true)]
    pub(crate) handshake: bool,

    /// Send token or password without TLS to another machine: anybody on the way can read them
    #[arg(long, hide_short_help = true)]
    pub(crate) allow_plaintext: bool,

    #[command(flatten)]
    pub(crate) mqtt: MqttArgs,

    #[command(flatten)]
    pub(crate) tls: TlsArgs,
}

impl DestinationArgs {
    /// The first option given that makes no sense over MQTT.
    pub(crate) fn stray_over_mqtt(&self) -> Option<&'static str> {
        [
            (self.https.is_some(), "--https"),
            (self.token_file.is_some(), "--token-file"),
            (self.typed_paths, "--typed-paths"),
            (self.handshake, "--handshake"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }
}
