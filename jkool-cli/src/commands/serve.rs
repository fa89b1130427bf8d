//! `jkool serve`: a collector for this machine.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jkool_collector::{Collector, Received, StartError, Stats};
use tokio::sync::Notify;

use crate::args::ServeArgs;
use crate::commands::serve_mqtt::Broker;
use crate::commands::signals::Told;
use crate::failure::{Failure, Status};
use crate::output::{self, Reader};
use crate::{screen, token};

/// How long requests under way may take when the collector is told to end.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until told to end, then shows the counts.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the collector")?;
    let stats = runtime.block_on(run(args))?;
    output::note(&summary(&stats));
    Ok(())
}

async fn run(args: &ServeArgs) -> Result<Stats, Failure> {
    let unread = Arc::new(Notify::new());
    let mut builder = Collector::builder()
        .bind(args.listen.as_str())
        .keep(0)
        .on_entity(printer(args.json, Arc::clone(&unread)));
    let mut is_guarded = false;
    if let Some(given) = &args.token {
        let source = token::find(Some(given), None)?
            .ok_or_else(|| Failure::usage("--token - needs JKOOL_TOKEN or JKOOL_TOKEN_FILE"))?;
        builder = builder.token(source.current()?.expose());
        is_guarded = true;
    }
    if let Some(path) = &args.output {
        builder = builder.output(path);
    }
    if let (Some(cert), Some(key)) = (&args.cert, &args.key) {
        builder = builder.tls(read(cert)?, read(key)?);
    }
    let broker = Broker::of(args)?;
    // Signals are caught from here on, so that one that comes early is not missed.
    let mut told = Told::to_end()?;
    let collector = builder.start().await.map_err(|error| {
        let status = if matches!(error, StartError::Listen { .. }) {
            Status::NotDelivered
        } else {
            Status::Usage
        };
        Failure::new(status, error)
    })?;
    output::note(&greeting(&collector.url(), is_guarded));
    if !is_guarded && !collector.address().ip().is_loopback() {
        output::note("warning: others on the network can send here as well; --token admits only some");
    }
    tokio::select! {
        _ = told.wait() => {}
        () = unread.notified() => {}
        result = receive(broker.as_ref(), &collector) => result?,
    }
    Ok(collector.shutdown(GRACE).await)
}

/// Receives from the broker, if there is one; returns only with a failure.
async fn receive(broker: Option<&Broker>, collector: &Collector) -> Result<(), Failure> {
    match broker {
        Some(broker) => broker.receive(collector).await,
        None => std::future::pending().await,
    }
}

/// Prints what arrives, until nobody reads it any more.
fn printer(json: bool, unread: Arc<Notify>) -> impl Fn(&Received) + Send + Sync {
    let format = screen::line_format();
    move |received| {
        let line = if json {
            received.body().to_owned()
        } else {
            format.line(received.entity())
        };
        if !matches!(output::write((line + "\n").as_bytes()), Ok(Reader::Listening)) {
            unread.notify_one();
        }
    }
}

fn greeting(url: &str, is_guarded: bool) -> String {
    let token = if is_guarded {
        "-    (with the token in JKOOL_TOKEN)"
    } else {
        "any-token"
    };
    format!(
        "collecting at {url}; Ctrl-C ends it. Elsewhere, try:\n       \
         jkool send \"Your message\" --url {url} --https {token}"
    )
}

fn summary(stats: &Stats) -> String {
    let mut text = format!("received {}", counted(stats.accepted, "entity", "entities"));
    let mut separator = ": ";
    for (count, one, many) in [
        (stats.events, "event", "events"),
        (stats.activities, "activity", "activities"),
        (stats.snapshots, "snapshot", "snapshots"),
        (stats.datasets, "dataset", "datasets"),
        (stats.log_entries, "log entry", "log entries"),
    ] {
        if count > 0 {
            let _ = write!(text, "{separator}{}", counted(count, one, many));
            separator = ", ";
        }
    }
    let refused = stats.invalid + stats.unauthorized + stats.too_large + stats.too_slow + stats.not_stored;
    if refused > 0 {
        let _ = write!(text, "; refused {}", counted(refused, "request", "requests"));
    }
    text
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    bytes.map_err(|error| Failure::new(Status::Usage, error))
}
