//! The memory of a client is bounded by its limit on bytes, however long nobody takes its events.
#![expect(clippy::print_stdout, reason = "figures, for who looks")]

use std::net::TcpListener;
use std::time::Duration;

use jkool_client::{Client, OnFull};

use super::oracle::Oracle;
use super::own_process::{applaud, is_on_stage, prop, stage};
use crate::counting_allocator::{begin_peak, peak_bytes};

const LIMIT: usize = 16 << 20;

/// What may come on top of the limit: books about events, buffers of the transport, and the runtime.
const SLACK: usize = 16 << 20;

/// Sends to a server that takes nothing, and gives by how much the heap grew at most.
fn growth(on_full: OnFull, events: u64) -> usize {
    let before = begin_peak();
    let client = Client::builder()
        .http("canary")
        .url(prop("URL"))
        .max_queued_events(100_000_000)
        .max_queued_bytes(LIMIT)
        .on_full(on_full)
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    let (mut bytes, mut refused) = (0, 0);
    for id in 0..events {
        let event = Oracle::event(id);
        bytes += 150
            + event
                .get_message()
                .and_then(|message| message.as_str())
                .map_or(0, str::len);
        refused += u64::from(client.send(event).is_err());
    }
    let growth = peak_bytes() - before;
    assert!(bytes > 2 * LIMIT, "{bytes} bytes do not fill the queue");
    let stats = client.stats();
    assert!(stats.pending > 1_000 && stats.delivered == 0, "{stats:?}");
    let lost = stats.dropped.total() + refused;
    assert!(lost > events / 4, "the limit was never reached: {stats:?}");
    assert!(growth > LIMIT / 2, "the queue was never used: {growth} bytes");
    growth
}

fn play(on_full: OnFull, events: u64) {
    let growth = growth(on_full, events);
    println!("{on_full:?}: the heap grew by {growth} bytes at most");
    assert!(
        growth <= LIMIT + SLACK,
        "{on_full:?}: the heap grew by {growth} bytes"
    );
}

/// Stages the test with this server, and shows its figures.
fn stage_with(test: &str, url: &str) {
    let printed = applaud(stage(test, &[("URL", url)]));
    let figures = printed.lines().filter(|line| line.contains("bytes at most"));
    figures.for_each(|line| println!("{line}"));
}

#[test]
fn a_silent_server_costs_no_more_memory_than_the_limit() {
    const TEST: &str = "promises::memory::a_silent_server_costs_no_more_memory_than_the_limit";
    if is_on_stage(TEST) {
        play(OnFull::HandBack, 500_000);
        return play(OnFull::DropOldest, 500_000);
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    stage_with(TEST, &format!("http://{}", listener.local_addr().unwrap()));
}

#[test]
fn an_outage_of_two_million_events_costs_no_more_memory_than_the_limit() {
    const TEST: &str =
        "promises::memory::an_outage_of_two_million_events_costs_no_more_memory_than_the_limit";
    if is_on_stage(TEST) {
        return play(OnFull::DropOldest, 2_000_000);
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    stage_with(TEST, &format!("http://{nobody}"));
}
