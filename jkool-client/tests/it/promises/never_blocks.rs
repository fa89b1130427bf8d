//! `send` never waits: not for the network, not for a full queue.
#![expect(clippy::print_stdout, reason = "figures, for who looks")]

use std::time::{Duration, Instant};

use jkool_client::transport::testing::{Scripted, Step};
use jkool_client::{Client, ClientBuilder, Entity, Event, SendErrorKind};

use super::oracle::mixed;

const CALLS: usize = 100_000;

/// No call takes longer, unless the machine takes the processor away.
const LIMIT: Duration = Duration::from_millis(1);

/// What one thread saw.
struct Times {
    sorted: Vec<Duration>,
    full: usize,
    /// How often the thread went to sleep, which is what waiting comes to; `None` where nobody tells.
    sleeps: Option<u64>,
}

fn send_many(client: &Client) -> Times {
    let logger = client.logger("orders");
    let events: Vec<Entity> = (0..1_000_u64)
        .map(|number| Event::new("PlaceOrder").message(mixed(number).to_string()).into())
        .collect();
    let mut sorted = Vec::with_capacity(CALLS);
    let (mut full, mut sleeps) = (0, None);
    let before = times_slept();
    for number in 0..CALLS {
        let event = events[number % events.len()].clone();
        let start = Instant::now();
        let result = logger.send(event);
        sorted.push(start.elapsed());
        if let Err(error) = result {
            assert!(matches!(error.kind(), SendErrorKind::QueueFull), "{error}");
            full += 1;
        }
    }
    if let (Some(before), Some(after)) = (before, times_slept()) {
        sleeps = Some(after - before);
    }
    sorted.sort_unstable();
    Times { sorted, full, sleeps }
}

/// How often the calling thread has gone to sleep of its own will.
fn times_slept() -> Option<u64> {
    let status = cfg!(target_os = "linux")
        .then(|| std::fs::read_to_string("/proc/thread-self/status"))?
        .ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    line.trim().parse().ok()
}

fn assert_never_blocks(builder: ClientBuilder) {
    let client = builder
        .max_queued_events(1_000)
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    let times = send_many(&client);
    assert!(
        times.full > CALLS * 9 / 10,
        "the queue was full for {} calls",
        times.full
    );
    let at = |share: f64| times.sorted[(CALLS as f64 * share) as usize];
    let (p99, p999, longest) = (at(0.99), at(0.999), times.sorted[CALLS - 1]);
    let slow = times.sorted.iter().filter(|time| **time > LIMIT).count();
    println!(
        "p99 {p99:?}, p99.9 {p999:?}, longest {longest:?}, {slow} over {LIMIT:?}, slept {:?} times",
        times.sleeps
    );
    // Where other programs compete for the processor, a few calls are interrupted; waiting would show in most.
    assert!(p99 <= LIMIT, "p99 is {p99:?}");
    assert!(
        longest <= Duration::from_millis(250),
        "the longest call took {longest:?}"
    );
    // A lock that the worker holds for the time of a swap may cost a sleep now and then.
    assert!(
        times.sleeps.is_none_or(|sleeps| sleeps <= CALLS as u64 / 1_000),
        "slept {:?} times",
        times.sleeps
    );
    assert!(client.stats().is_balanced(), "{:?}", client.stats());
}

#[test]
fn sending_to_a_dead_transport_with_a_full_queue_never_waits() {
    assert_never_blocks(Client::builder().transport(Scripted::new(vec![Step::Stall; 100])));
}

#[cfg(feature = "http")]
#[test]
fn sending_to_a_silent_server_with_a_full_queue_never_waits() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    assert_never_blocks(Client::builder().http("canary").url(url));
}

#[cfg(feature = "http")]
#[test]
fn sending_to_nobody_with_a_full_queue_never_waits() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    assert_never_blocks(Client::builder().http("canary").url(url));
}

#[cfg(feature = "spool")]
#[test]
fn sending_through_a_full_spool_never_waits() {
    use jkool_client::{Spool, SpoolMode};

    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().join("spool"))
        .mode(SpoolMode::WriteAhead)
        .max_file_bytes(2 << 20);
    let stalled = Scripted::new(vec![Step::Stall; 100]);
    assert_never_blocks(Client::builder().transport(stalled).spool(spool));
}
