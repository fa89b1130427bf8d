//! Where to stream to.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::args::TokenArg;

const URL_HELP: &str = "\
    Where to stream to [default: https://data.jkoolcloud.com; today's service: https://stream.meshiq.com]";

#[derive(Args, Debug)]
#[command(next_help_heading = "Destination")]
pub(crate) struct DestinationArgs {
    /// Stream over HTTPS with this access token; - takes it from --token-file or the environment
    ///
    /// Others on this machine can see the command line, and the shell remembers it: better set JKOOL_TOKEN or
    /// JKOOL_TOKEN_FILE, or give --token-file. Then this option is not needed at all.
    #[arg(long, value_name = "TOKEN")]
    pub(crate) https: Option<TokenArg>,

    /// Take the access token from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    #[arg(long, value_name = "URL", env = "JKOOL_URL", hide_env_values = true, help = URL_HELP)]
    pub(crate) url: Option<String>,

    /// How long to try, in seconds
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Send to the path of the entity's kind, such as /event, instead of the URL as it stands
    #[arg(long, hide_short_help = true)]
    pub(crate) typed_paths: bool,

    /// Present the token in a handshake first, as TNT4PY and JESL do
    #[arg(long, hide_short_help = true)]
    pub(crate) handshake: bool,

    /// Send the token over plain http even if the URL is not on this machine: anybody on the way can read it
    #[arg(long, hide_short_help = true)]
    pub(crate) allow_plaintext: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero() && *timeout <= Duration::from_secs(7 * 86_400))
        .ok_or_else(|| "expected a number of seconds above 0 and at most a week".to_owned())
}
