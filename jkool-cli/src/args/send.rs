//! One message and all that goes with it.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jkool_client::Dialect;

use crate::args::numbers::seconds;
use crate::args::{DecorationArgs, DestinationArgs, SpoolArgs};

#[derive(Args, Debug)]
pub(crate) struct SendArgs {
    /// The message; - reads it from standard input
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: Option<OsString>,

    /// Print the event as a line of JSON instead of sending it
    #[arg(long)]
    pub(crate) stdout: bool,

    /// How long to try, in seconds
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Whose spelling of the fields to use
    #[arg(
        long,
        value_name = "NAME",
        value_enum,
        default_value_t,
        hide_short_help = true
    )]
    pub(crate) dialect: DialectArg,

    #[command(flatten)]
    pub(crate) destination: DestinationArgs,

    #[command(flatten)]
    pub(crate) spool: SpoolArgs,

    #[command(flatten)]
    pub(crate) decorations: DecorationArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectArg {
    /// What the jKool service relies on: corrid, parent-id, wait-time-usec, msg-age-usec
    #[default]
    Tnt4j,
    /// As TNT4PY does, and no field that is not asked for: corr-id, parent-tracking-id, wait-time-used, msg-age
    Tnt4py,
}

impl From<DialectArg> for Dialect {
    fn from(dialect: DialectArg) -> Self {
        match dialect {
            DialectArg::Tnt4j => Dialect::Tnt4j,
            DialectArg::Tnt4py => Dialect::Tnt4py,
        }
    }
}
