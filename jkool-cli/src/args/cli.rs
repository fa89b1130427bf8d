//! The command and its subcommands.

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::args::numbers::seconds;
use crate::args::{DestinationArgs, SendArgs, ServeArgs, SpoolCommandArgs, StreamArgs};

const AFTER_HELP: &str = "\
Exit status:
  0  delivered, or done what was asked
  1  not delivered, or not all of it
  2  wrong usage
  3  refused: the token is not accepted (401, 403)
  4  unreachable: no connection, no answer, or no trust in the far end's certificate
  130, 143  jkool stream was ended by Ctrl-C or by SIGTERM; it has told how far it came

Environment:
  JKOOL_TOKEN_FILE  a file with the access token, where neither --https nor --token-file gives one
  JKOOL_TOKEN       the access token itself, where nothing else gives one
  JKOOL_URL         where to stream to, where neither --url nor --mqtt is given
  JKOOL_MQTT_PASSWORD  the password for --username, and for --mqtt BROKER USER -
  JKOOL_SOURCE_FQN  where events come from, where --source-fqn is missing
  NO_COLOR          no colours if set, whatever its value

Examples:
  jkool demo
  jkool \"Your message\" --https your-access-token
  jkool \"Your message\" --mqtt broker-address user password --topic rust/streams
  jkool send \"Order placed\" --operation PlaceOrder --corr-id order-4711
  df -h / | jkool send - --operation DiskUsage --severity NOTICE
  jkool stream app.log --operation AppLog
  tail -F app.log | jkool stream --url mqtts://broker-address --topic logs
  tail -F app.log | jkool stream --spool /var/spool/jkool --spool-mode write-ahead
  jkool spool drain /var/spool/jkool
  jkool serve";

/// Streams messages and events to jKool
///
/// Sends one message, decorated as you like, to the jKool / meshIQ cloud and tells by its exit status what became of
/// it. `jkool MESSAGE` is short for `jkool send MESSAGE`; scripts with a message of any words better use the latter,
/// since a lone word close to the name of a command gets a hint instead of being sent.
#[derive(Debug, Parser)]
#[command(
    name = "jkool",
    bin_name = "jkool",
    version,
    after_long_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send one message or event
    #[command(after_long_help = AFTER_HELP)]
    Send(Box<SendArgs>),
    /// Stream files or standard input: each line is an event
    ///
    /// Each line becomes one event with the decorations given; or, with --format event, each line is one jKool entity
    /// in JSON, and the decorations fill in what it does not say. Blank lines are skipped and counted. Reading never
    /// runs ahead of sending by more than a bounded queue, so a file may be of any size.
    ///
    /// Lines over 1 MiB, and in the format event lines that are no valid entity, are told on standard error with their
    /// place, counted as rejected, and passed over, as is a file that cannot be read; the exit status is then 1. Text
    /// that is not UTF-8 is sent with � for what is not, and counted. While the far end is away, lines wait; when
    /// nothing has got through for --timeout seconds, or only a person can mend what is wrong, it ends. Ctrl-C or
    /// SIGTERM ends the reading, and what was read is delivered within 10 seconds; a second one ends at once.
    ///
    /// With --spool, what is not delivered in the end stays in that directory. While the far end is away, reading goes
    /// on then as long as there is room on disk, and with --spool-mode write-ahead each line that was read is on disk
    /// within a second.
    #[command(after_long_help = AFTER_HELP)]
    Stream(Box<StreamArgs>),
    /// Tell what waits in a spool directory, or deliver it
    ///
    /// With --spool DIR, jkool send and jkool stream keep on disk what they could not deliver. It survives the process
    /// and power loss, and whatever uses the directory next delivers it first.
    Spool(SpoolCommandArgs),
    /// Receive events on this machine and show them: no account needed
    ///
    /// Takes what jKool clients send over HTTP (or HTTPS, with --cert and --key), and with --mqtt what they publish to a
    /// broker, checks it and prints it to standard output. Runs until Ctrl-C or SIGTERM, then tells on standard error
    /// what it has received.
    Serve(Box<ServeArgs>),
    /// Stream a small order story to a collector inside this process and show what arrives
    Demo,
    /// Check destination and credentials without sending an event
    Check(Box<CheckArgs>),
    /// Check a source FQN and show its elements
    ///
    /// A source FQN says where events come from: TYPE=NAME elements joined by #, the innermost first, as in
    /// APPL=Shop#SERVER=web1#DATACENTER=DC1. The name ? stands for a default (SERVER=? is this host) and $KEY for an
    /// environment variable; both are filled in when an event is sent.
    Fqn(FqnArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    ///
    /// To read it: jkool man | man -l -
    Man(ManArgs),
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// How long to try, in seconds
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
}

#[derive(Args, Debug)]
pub(crate) struct FqnArgs {
    /// The source FQN, such as APPL=Shop#SERVER=?
    #[arg(value_name = "FQN")]
    pub(crate) text: String,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// A command whose page to print; that of jkool itself if it is missing
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
