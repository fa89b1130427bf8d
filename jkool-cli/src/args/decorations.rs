//! What an event may say besides its message: one flag per field.

use clap::Args;
use jkool_client::{CompletionCode, Property, Severity, Snapshot};

use crate::args::numbers::{count, whole_number};
use crate::property::parse_property;
use crate::snapshot::parse_snapshot;

#[derive(Args, Debug)]
#[command(next_help_heading = "Decorations")]
pub(crate) struct DecorationArgs {
    /// What was done
    #[arg(long, value_name = "NAME", default_value = "jkool")]
    pub(crate) operation: String,

    /// How serious it is [default: INFO]
    ///
    /// NONE, TRACE, DEBUG, INFO, NOTICE, WARNING, ERROR, FAILURE, CRITICAL, FATAL or HALT, in any case.
    #[arg(long, value_name = "LEVEL", value_parser = severity)]
    pub(crate) severity: Option<Severity>,

    /// A correlator, shared by all events that belong together; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) corr_id: Vec<String>,

    /// Where it comes from, such as APPL=Shop#SERVER=? [default: jkool on this host]
    #[arg(long, value_name = "FQN", env = "JKOOL_SOURCE_FQN", hide_env = true)]
    pub(crate) source_fqn: Option<String>,

    /// A property of the event; may be repeated
    ///
    /// The value is a text unless a type follows: :int, :long, :double, :bool … as in size=12:long. A colon that no
    /// known type follows belongs to the value.
    #[arg(long, value_name = "NAME=VALUE[:TYPE]", value_parser = parse_property)]
    pub(crate) property: Vec<Property>,

    /// A snapshot, a named group of properties; may be repeated
    ///
    /// As in 'Payment@Order:order-no=4711,amount=99.5:double'. A comma in a value is written \,
    #[arg(long, value_name = "NAME[@CATEGORY]:PROP=VALUE[:TYPE],…", value_parser = parse_snapshot)]
    pub(crate) snapshot: Vec<Snapshot>,

    /// Where it happened: a place, an address, a region
    #[arg(long, value_name = "PLACE")]
    pub(crate) location: Option<String>,

    /// For whom it was done
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,

    /// What was worked on: a queue, a file, a table
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) resource: Option<String>,

    /// The error that ended it
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    pub(crate) exception: Option<String>,

    /// How it ended: SUCCESS, WARNING or ERROR
    #[arg(long, value_name = "CODE", hide_short_help = true, value_parser = completion_code)]
    pub(crate) comp_code: Option<CompletionCode>,

    /// A number that says why it ended so
    #[arg(
        long,
        value_name = "NUMBER",
        hide_short_help = true,
        allow_negative_numbers = true, value_parser = whole_number)]
    pub(crate) reason_code: Option<i64>,

    /// A tag; may be repeated
    #[arg(long, value_name = "TAG", hide_short_help = true)]
    pub(crate) msg_tag: Vec<String>,

    /// The event's identity [default: a fresh one]
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub(crate) tracking_id: Option<String>,

    /// The activity or event that this one belongs to, by its tracking id
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub(crate) parent_id: Option<String>,

    /// When it happened, in microseconds since 1970 [default: now]
    #[arg(
        long,
        value_name = "USEC",
        hide_short_help = true,
        allow_negative_numbers = true, value_parser = whole_number)]
    pub(crate) time_usec: Option<i64>,

    /// When it started, in microseconds since 1970
    #[arg(
        long,
        value_name = "USEC",
        hide_short_help = true,
        allow_negative_numbers = true, value_parser = whole_number)]
    pub(crate) start_time_usec: Option<i64>,

    /// When it ended, in microseconds since 1970
    #[arg(
        long,
        value_name = "USEC",
        hide_short_help = true,
        allow_negative_numbers = true, value_parser = whole_number)]
    pub(crate) end_time_usec: Option<i64>,

    /// How long it took, in microseconds
    #[arg(long, value_name = "USEC", hide_short_help = true, value_parser = count)]
    pub(crate) elapsed_time_usec: Option<u64>,

    /// How long it waited, in microseconds
    #[arg(long, value_name = "USEC", hide_short_help = true, value_parser = count)]
    pub(crate) wait_time_usec: Option<u64>,

    /// A URL that leads to where it comes from
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(crate) source_url: Option<String>,

    /// The process it was done in
    #[arg(long, value_name = "PID", hide_short_help = true, value_parser = whole_number)]
    pub(crate) pid: Option<i64>,

    /// The thread it was done in
    #[arg(long, value_name = "TID", hide_short_help = true, value_parser = whole_number)]
    pub(crate) tid: Option<i64>,

    /// The size of the message
    #[arg(long, value_name = "SIZE", hide_short_help = true, value_parser = count)]
    pub(crate) msg_size: Option<u64>,

    /// How the message is encoded, such as base64
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) encoding: Option<String>,

    /// The character set of the message
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) charset: Option<String>,

    /// The MIME type of the message
    #[arg(long, value_name = "TYPE", hide_short_help = true)]
    pub(crate) mime_type: Option<String>,

    /// How old the message was when it was received, in microseconds
    #[arg(long, value_name = "USEC", hide_short_help = true, value_parser = count)]
    pub(crate) msg_age_usec: Option<u64>,
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
        .map_err(|error: jkool_client::model::UnknownName| error.to_string())
}

fn completion_code(text: &str) -> Result<CompletionCode, String> {
    text.parse()
        .map_err(|error: jkool_client::model::UnknownName| error.to_string())
}
