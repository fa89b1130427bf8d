//! `jkool demo`: a far end, a client and a story, all in one process.

use std::time::{Duration, Instant};

use anyhow::Context;
use jkool_client::{Client, SourceFqn, Timestamp};
use jkool_collector::{Collector, Received};

use crate::commands::demo_story::story;
use crate::failure::Failure;
use crate::output;
use crate::screen;

/// How long the story may take to arrive; on any machine it takes a small part of this.
const DEADLINE: Duration = Duration::from_secs(10);

/// Streams the story through the real client and transport, and shows what arrives.
pub(crate) fn demo() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the collector")?;
    runtime.block_on(run())
}

async fn run() -> Result<(), Failure> {
    let collector = Collector::builder()
        .token("demo-token")
        .keep(0)
        .on_entity(show)
        .start()
        .await
        .context("cannot start the collector")?;
    output::print(format!(
        "A collector listens at {}. One order streams to it over\n\
         HTTP, just as it would to the jKool service. This is what arrives:\n\n",
        collector.url()
    ))?;

    let source_fqn: SourceFqn = "APPL=Shop#SERVER=?#DATACENTER=DC1".parse()?;
    let began = Instant::now();
    let client = Client::builder()
        .http("demo-token")
        .url(collector.url())
        .source_fqn(source_fqn)
        // Requests overlap by default; a story is told in order.
        .ordered(true)
        .build()
        .context("cannot start the client")?;
    let shop = client.logger("shop");
    for entity in story(Timestamp::now()) {
        shop.send(entity).context("the client takes no more")?;
    }
    client
        .close_async(DEADLINE)
        .await
        .context("not all of the story was delivered")?;
    let took = began.elapsed();
    let sent = client.stats();
    let received = collector.shutdown(DEADLINE).await;
    output::print(format!(
        "\n{} entities sent, {} delivered in {} ms. Now your own: run `jkool serve`, and in\n\
         another terminal\n  jkool \"Your message\" --url http://127.0.0.1:6580 --https any-token\n",
        sent.accepted,
        received.accepted,
        took.as_millis(),
    ))
}

fn show(received: &Received) {
    let columns = screen::columns().unwrap_or(80);
    let line = screen::line_format().width(Some(columns)).line(received.entity());
    // A reader that is gone does not end the story.
    let _ = output::write((line + "\n").as_bytes());
}
