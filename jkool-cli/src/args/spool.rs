//! A directory for events that wait.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jkool_client::{Spool, SpoolMode};

use crate::args::DestinationArgs;
use crate::args::numbers::seconds;

#[derive(Args, Debug)]
#[command(next_help_heading = "Spool")]
pub(crate) struct SpoolArgs {
    /// Keep in this directory what is not delivered; jkool with the same directory delivers it later
    #[arg(long = "spool", value_name = "DIR", conflicts_with = "stdout")]
    pub(crate) dir: Option<PathBuf>,

    /// Which events go through the directory
    #[arg(
        long = "spool-mode",
        value_name = "MODE",
        value_enum,
        default_value_t,
        requires = "dir"
    )]
    pub(crate) mode: SpoolModeArg,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpoolModeArg {
    /// What memory cannot hold, and what is left at the end
    #[default]
    Overflow,
    /// Everything, before it is sent: a line that was read survives even if jkool is killed
    WriteAhead,
}

impl SpoolArgs {
    /// The spool that was asked for, if any.
    pub(crate) fn spool(&self) -> Option<Spool> {
        let dir = self.dir.as_ref()?;
        Some(Spool::new(dir).mode(match self.mode {
            SpoolModeArg::Overflow => SpoolMode::Overflow,
            SpoolModeArg::WriteAhead => SpoolMode::WriteAhead,
        }))
    }
}

#[derive(Args, Debug)]
pub(crate) struct SpoolCommandArgs {
    #[command(subcommand)]
    pub(crate) command: SpoolCommand,
}

/// What to do with a spool.
#[derive(Debug, Subcommand)]
pub(crate) enum SpoolCommand {
    /// Tell what is in a spool directory, without disturbing anybody
    Status(SpoolStatusArgs),
    /// Deliver what is in a spool directory
    ///
    /// Delivers what ended processes have left in the directory; what running ones keep there is theirs. It goes on
    /// until all is delivered, or nothing has got through for --timeout seconds; what is left stays in the directory.
    Drain(Box<SpoolDrainArgs>),
}

#[derive(Args, Debug)]
pub(crate) struct SpoolStatusArgs {
    /// The spool directory
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,

    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SpoolDrainArgs {
    /// The spool directory
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,

    /// How long to go on, in seconds, while nothing at all gets through
    #[arg(long, value_name = "SECS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) destination: DestinationArgs,
}
