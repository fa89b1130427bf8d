//! Whom to trust, and as whom to appear.

use std::path::PathBuf;

use clap::Args;
use jkool_client::transport::TlsVersion;

#[derive(Args, Debug)]
#[command(next_help_heading = "TLS (https:// and mqtts://)")]
pub(crate) struct TlsArgs {
    /// Trust the authorities in this PEM file instead of those that the system trusts
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_cert: Option<PathBuf>,

    /// Show this client certificate (a PEM file, the chain of it included)
    #[arg(long, value_name = "FILE", requires = "key", hide_short_help = true)]
    pub(crate) cert: Option<PathBuf>,

    /// The private key of --cert (a PEM file)
    #[arg(long, value_name = "FILE", requires = "cert", hide_short_help = true)]
    pub(crate) key: Option<PathBuf>,

    /// The least version of TLS: 1.2 or 1.3 [default: 1.2]
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    pub(crate) tls_min: Option<TlsVersion>,

    /// Offer these cipher suites only, by their OpenSSL names, with colons or commas between them
    #[arg(long, value_name = "LIST", hide_short_help = true)]
    pub(crate) ciphers: Option<String>,

    /// DANGER: accept any certificate, so that anybody on the way can read and forge everything; for tests only
    #[arg(long, hide_short_help = true, conflicts_with = "ca_cert")]
    pub(crate) insecure: bool,
}

impl TlsArgs {
    /// The first option given, if any is.
    pub(crate) fn first(&self) -> Option<&'static str> {
        [
            (self.ca_cert.is_some(), "--ca-cert"),
            (self.cert.is_some(), "--cert"),
            (self.tls_min.is_some(), "--tls-min"),
            (self.ciphers.is_some(), "--ciphers"),
            (self.insecure, "--insecure"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }
}
