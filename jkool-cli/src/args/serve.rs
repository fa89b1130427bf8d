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
}
