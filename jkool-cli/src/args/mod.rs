//! The grammar of the command line. The doc comments here are the help texts and the manual page.

mod cli;
mod decorations;
mod destination;
mod mqtt;
mod numbers;
mod secret;
mod send;
mod serve;
mod spool;
mod stream;
mod tls;

pub(crate) use cli::{CheckArgs, Cli, Command, CompletionsArgs, FqnArgs, ManArgs};
pub(crate) use decorations::DecorationArgs;
pub(crate) use destination::DestinationArgs;
pub(crate) use mqtt::MqttArgs;
pub(crate) use secret::SecretArg;
pub(crate) use send::{DialectArg, SendArgs};
pub(crate) use serve::ServeArgs;
pub(crate) use spool::{SpoolArgs, SpoolCommand, SpoolCommandArgs, SpoolDrainArgs, SpoolStatusArgs};
pub(crate) use stream::{FormatArg, StreamArgs};
pub(crate) use tls::TlsArgs;
