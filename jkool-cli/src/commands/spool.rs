//! `jkool spool`: what waits in a directory, and its delivery.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use jkool_client::{Client, Spool, SpoolStatus};
use jkool_collector::Escaped;
use serde_json::json;

use crate::args::{DialectArg, SpoolCommand, SpoolDrainArgs, SpoolStatusArgs};
use crate::failure::{Failure, Status};
use crate::link::{self, Link, Pace};
use crate::output;
use crate::stream::{Advice, Vigil};

/// How long a single answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How often to look how far it is.
const GLANCE: Duration = Duration::from_millis(20);

/// How long it may take to end the connection once all is said.
const FAREWELL: Duration = Duration::from_millis(500);

/// Does what is to be done with a spool.
pub(crate) fn spool(command: &SpoolCommand) -> Result<(), Failure> {
    match command {
        SpoolCommand::Status(args) => status(args),
        SpoolCommand::Drain(args) => drain(args),
    }
}

fn status(args: &SpoolStatusArgs) -> Result<(), Failure> {
    let status = look(&args.dir)?;
    output::print(if args.json {
        to_json(&status)
    } else {
        to_text(&status)
    })
}

/// A directory that is missing is an error, not an empty spool.
fn look(dir: &Path) -> Result<SpoolStatus, Failure> {
    SpoolStatus::read(dir).map_err(|error| Failure::new(Status::Usage, error))
}

fn to_json(status: &SpoolStatus) -> String {
    let slots: Vec<_> = status
        .slots
        .iter()
        .map(|slot| {
            json!({
                "slot": slot.slot,
                "events": slot.records,
                "file_bytes": slot.file_bytes,
                "in_use": slot.in_use,
            })
        })
        .collect();
    let corrupt: Vec<_> = status
        .corrupt_files
        .iter()
        .map(|file| json!({ "path": file.path, "file_bytes": file.file_bytes }))
        .collect();
    format!(
        "{}\n",
        json!({ "events": status.records(), "slots": slots, "corrupt_files": corrupt })
    )
}

fn to_text(status: &SpoolStatus) -> String {
    let mut text = format!(
        "{}: {}\n",
        Escaped(&status.dir.display().to_string()),
        events(status.records())
    );
    for slot in &status.slots {
        let records = slot
            .records
            .map_or_else(|| "cannot be counted".to_owned(), events);
        let user = if slot.in_use { ", in use" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  slot {:02}: {records}, {} bytes{user}",
            slot.slot, slot.file_bytes
        );
    }
    for file in &status.corrupt_files {
        let path = file.path.display().to_string();
        let _ = writeln!(text, "  damaged: {}, {} bytes", Escaped(&path), file.file_bytes);
    }
    text
}

fn events(count: u64) -> String {
    format!("{count} {}", if count == 1 { "event" } else { "events" })
}

fn drain(args: &SpoolDrainArgs) -> Result<(), Failure> {
    let began = Instant::now();
    let (mut delivered, mut dropped) = (0, 0);
    let mut vigil = Vigil::new(args.timeout, began);
    let result = loop {
        let left = look(&args.dir)?;
        let is_left = |slot: &jkool_client::SlotStatus| !slot.in_use && slot.records != Some(0);
        if !left.slots.iter().any(is_left) {
            break Ok(left);
        }
        // A client takes over one slot; what cannot be counted is set aside by it, so that this comes to an end.
        let client = client(args)?;
        let result = deliver(&client, &mut vigil);
        // What is left stays where it is.
        let _ = client.close(FAREWELL);
        let stats = client.stats();
        delivered += stats.delivered + stats.handed;
        dropped += stats.dropped.total();
        if let Err(failure) = result {
            break Err(failure);
        }
    };
    let refused = if dropped > 0 {
        format!(", {dropped} refused or damaged")
    } else {
        String::new()
    };
    let seconds = began.elapsed().as_secs_f64();
    output::note(&format!(
        "{} delivered{refused} in {seconds:.2} s",
        events(delivered)
    ));
    let left = result.map_err(|failure| failure.context("gave up"))?;
    if left.records() > 0 {
        output::note(&format!(
            "{} are left to running processes",
            events(left.records())
        ));
    }
    if dropped > 0 {
        return Err(Failure::told(Status::NotDelivered));
    }
    Ok(())
}

fn client(args: &SpoolDrainArgs) -> Result<Client, Failure> {
    let link = Link {
        destination: &args.destination,
        dialect: DialectArg::default(),
        source_fqn: None,
        to_stdout: None,
        pace: Pace::within(args.timeout.min(ANSWER_TIMEOUT)),
    };
    link::build(link::with_spool(link.client_builder()?, Spool::new(&args.dir))?)
}

/// Waits until the client has delivered all that it has found.
fn deliver(client: &Client, vigil: &mut Vigil) -> Result<(), Failure> {
    loop {
        let spool = client.spool_stats().context("the client has no spool")?;
        let stats = client.stats();
        if spool.is_empty() && stats.pending == 0 {
            return Ok(());
        }
        match vigil.judge(&stats, &client.health(), Instant::now()) {
            Advice::GoOn => {}
            Advice::Tell(text) => output::note(&Escaped(&text).to_string()),
            Advice::GiveUp(failure) => return Err(failure),
        }
        std::thread::sleep(GLANCE);
    }
}
