//! A file or two, line by line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jkool_client::BodyFraming;

use crate::args::numbers::{in_flight, seconds};
use crate::args::{DecorationArgs, DestinationArgs, DialectArg, SpoolArgs};

#[derive(Args, Debug)]
pub(crate) struct StreamArgs {
    /// The files to stream, one after the other; - is standard input, and so is no file at all
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// What a line is
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) format: FormatArg,

    /// Print the events as lines of JSON instead of sending them
    #[arg(long, conflicts_with = "json")]
    pub(crate) stdout: bool,

    /// Tell the result as one JSON object on standard output, instead of a line on standard error
    #[arg(long)]
    pub(crate) json: bool,

    /// How many events a request carries
    #[arg(long, value_name = "FRAMING", value_enum)]
    pub(crate) framing: Option<FramingArg>,

    /// How many requests, or messages over MQTT, may be under way at once [default: 8, over MQTT 100]
    #[arg(long, value_name = "NUMBER", value_parser = in_flight)]
    pub(crate) in_flight: Option<usize>,

    /// Keep the order of the lines: over HTTP one request at a time
    #[arg(long)]
    pub(crate) ordered: bool,

    /// How long to go on, in seconds, while nothing at all gets through
    #[arg(long, value_name = "SECS", default_value = "300", value_parser = seconds)]
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
pub(crate) enum FormatArg {
    /// The message of an event
    #[default]
    Text,
    /// One jKool entity in JSON: an event, activity, snapshot, dataset or log entry, in any dialect
    Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FramingArg {
    /// One event per request, which every jKool service takes: the default
    Single,
    /// Up to 1,000 events per request, one per line; the local collector takes it, others may not
    Ndjson,
}

impl From<FramingArg> for BodyFraming {
    fn from(framing: FramingArg) -> Self {
        match framing {
            FramingArg::Single => BodyFraming::Single,
            FramingArg::Ndjson => BodyFraming::Ndjson,
        }
    }
}
