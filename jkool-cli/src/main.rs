//! The command line of jKool: arguments in, an exit code out.

mod args;
mod commands;
mod destination;
mod event;
mod failure;
mod flag_words;
mod hint;
mod http_link;
mod link;
mod mqtt_link;
mod output;
mod property;
mod screen;
mod snapshot;
mod stdout_link;
mod stream;
mod tls;
mod token;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::explain(&error),
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        None => commands::send_unless_slip(cli.send),
        Some(Command::Send(args)) => commands::send(*args),
        Some(Command::Stream(args)) => commands::stream(*args),
        Some(Command::Spool(args)) => commands::spool(&args.command),
        Some(Command::Serve(args)) => commands::serve(&args),
        Some(Command::Demo) => commands::demo(),
        Some(Command::Check(args)) => commands::check(&args),
        Some(Command::Fqn(args)) => commands::fqn(&args),
        Some(Command::Completions(args)) => commands::completions(&args),
        Some(Command::Man(args)) => commands::man(&args),
    }
}
