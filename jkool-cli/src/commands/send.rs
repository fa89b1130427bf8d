//! `jkool send`, and `jkool MESSAGE`: one event, and what became of it.

use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::CommandFactory;
use jkool_client::model::MESSAGE_MAX_BYTES;
use jkool_client::transport::Handling;
use jkool_client::{Client, ErrorKind, Fate, Receipt, State, TransportError};
use jkool_collector::Escaped;

use crate::args::{Cli, SendArgs};
use crate::event::event;
use crate::failure::{Failure, Status};
use crate::hint::close_command;
use crate::link::{self, Link, Pace};
use crate::output;

/// How often to look whether waiting makes sense any longer.
const GLANCE: Duration = Duration::from_millis(20);

/// How long it may take to end the connection once all is said.
const FAREWELL: Duration = Duration::from_millis(500);

/// How long a host name may be unknown. A resolver may stumble, but most often the name is wrong.
const PATIENCE_WITH_NAMES: Duration = Duration::from_secs(2);

/// Sends a message that came without a command, unless it looks like a slip of one.
pub(crate) fn send_unless_slip(args: SendArgs) -> Result<(), Failure> {
    if let Some(word) = args.message.as_ref().and_then(|message| message.to_str()) {
        let command = Cli::command();
        let names = command.get_subcommands().map(clap::Command::get_name);
        if let Some(name) = close_command(word, names.chain(["help"])) {
            return Err(Failure::usage(format!(
                "{word:?} looks like the command {name} (jkool {name} --help); to send it as a message: \
                 jkool send {word}"
            )));
        }
    }
    send(args)
}

/// Sends one event and waits until its fate is known.
pub(crate) fn send(args: SendArgs) -> Result<(), Failure> {
    let deadline = Instant::now() + args.timeout;
    let message = args.message.map(read_message).transpose()?;
    let mut said = args.decorations;
    if message.is_none() && said.operation == "jkool" && said.property.is_empty() && said.snapshot.is_empty()
    {
        return Err(Failure::usage(
            "nothing to send: give a MESSAGE (- reads it from standard input), an --operation or a --snapshot",
        ));
    }
    let source_fqn = said.source_fqn.take();
    let spool = args.spool.spool();
    let link = Link {
        destination: &args.destination,
        dialect: args.dialect,
        source_fqn: source_fqn.as_deref(),
        to_stdout: args.stdout.then(Arc::default),
        pace: Pace::within(args.timeout),
    };
    let client = match &spool {
        Some(spool) => link::build(link::with_spool(link.client_builder()?, spool.clone())?)?,
        None => link.client()?,
    };
    let receipt = client
        .logger("jkool")
        .send_tracked(event(message, &said, args.dialect))
        .map_err(|error| Failure::new(Status::Usage, error))?;
    if let Err(failure) = settle(&receipt, deadline) {
        let kept = spool.filter(|_| keep(&client, &receipt));
        return Err(match kept {
            Some(spool) => failure.context(format!("not delivered, but kept in {}", spool.dir().display())),
            None => failure.context("not delivered"),
        });
    }
    // A broker is told that this is the end; whatever it says to that, the event is delivered.
    let _ = client.close(FAREWELL);
    Ok(())
}

/// Leaves the event in the spool, if it can be.
fn keep(client: &Client, receipt: &Receipt) -> bool {
    // The receipt tells more than whether all was delivered.
    let _ = client.close(Duration::ZERO);
    matches!(receipt.fate(), Some(Fate::Stored))
}

/// The message as given, or all of standard input for `-`, without the line break at its end.
fn read_message(given: OsString) -> Result<String, Failure> {
    if given != "-" {
        return Ok(lossily(
            given
                .into_string()
                .map_err(|given| given.to_string_lossy().into_owned()),
            "the message",
        ));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MESSAGE_MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .context("cannot read the message from standard input")?;
    if bytes.len() > MESSAGE_MAX_BYTES {
        let most =
            format!("standard input holds more than the {MESSAGE_MAX_BYTES} bytes that a message may have");
        return Err(Failure::usage(most));
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    let text =
        String::from_utf8(bytes).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(lossily(text, "standard input"))
}

/// A message with a few odd bytes is worth more than none.
fn lossily(text: Result<String, String>, what: &str) -> String {
    text.unwrap_or_else(|replaced| {
        output::note(&format!(
            "warning: {what} is not UTF-8; sent with � for what is not"
        ));
        replaced
    })
}

/// Waits for the fate of the event, but not for what a person has to mend first.
fn settle(receipt: &Receipt, deadline: Instant) -> Result<(), Failure> {
    let mut in_trouble_since = None;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match receipt.wait(State::Delivered, left.min(GLANCE)) {
            Ok(Fate::Dropped(dropped)) => {
                return Err(match (dropped.trouble(), dropped.refusal()) {
                    (Some(trouble), _) => Failure::from(trouble.clone()),
                    (None, Some(refusal)) => Failure::new(Status::NotDelivered, refusal.clone()),
                    (None, None) => no_answer(),
                });
            }
            Ok(_) => return Ok(()),
            Err(_) => {}
        }
        let Some(trouble) = receipt.trouble() else {
            if left.is_zero() {
                return Err(no_answer());
            }
            continue;
        };
        let since = *in_trouble_since.get_or_insert_with(|| {
            tell_that_it_goes_on(&trouble, left);
            Instant::now()
        });
        let is_hopeless = match trouble.kind() {
            ErrorKind::Resolve => since.elapsed() >= PATIENCE_WITH_NAMES,
            kind => kind.handling() == Handling::Hold,
        };
        if is_hopeless || left.is_zero() {
            return Err(Failure::from(trouble));
        }
    }
}

/// Somebody who watches is told that it takes longer; logs and scripts get the final error only.
fn tell_that_it_goes_on(trouble: &TransportError, left: Duration) {
    if trouble.kind().handling() == Handling::Retry && std::io::stderr().is_terminal() {
        output::note(&format!(
            "{}; trying for {} s more",
            Escaped(&trouble.to_string()),
            left.as_secs_f64().ceil()
        ));
    }
}

fn no_answer() -> Failure {
    Failure::new(
        Status::Unreachable,
        anyhow::Error::msg("no answer in time; a longer --timeout may help"),
    )
}
