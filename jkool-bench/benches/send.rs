//! What `send` of a prepared event costs its caller: back to back on one and four threads, and paced.
//!
//! The transport takes everything and keeps nothing, so the figures are those of gate, validation, encoding and queue.
//! Events are prepared beforehand; the queue is drained between the runs of the hot loop, and nothing is dropped.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use jkool_bench::{Sink, placed_order};
use jkool_client::{Client, Entity, Logger};

/// Few enough for their memory to be warm, as that of an event just built is.
const HOT_EVENTS: usize = 100;
const HOT_RUNS: usize = 3_000;
const PACED_EVENTS: usize = 40_000;
const PACE: Duration = Duration::from_micros(50);

fn prepared(count: usize) -> Vec<Entity> {
    (0..count).map(|_| placed_order()).collect()
}

/// Nanoseconds for each event, sorted: of each run of events sent back to back, on any of the threads.
fn hot(logger: &Logger, threads: usize) -> Vec<u64> {
    let barrier = Barrier::new(threads);
    let mut costs: Vec<u64> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut costs = Vec::with_capacity(HOT_RUNS);
                    barrier.wait();
                    for _ in 0..HOT_RUNS {
                        let events = prepared(HOT_EVENTS);
                        let start = Instant::now();
                        for event in events {
                            logger.send(event).expect("the queue is large enough");
                        }
                        costs.push(start.elapsed().as_nanos() as u64 / HOT_EVENTS as u64);
                        wait_for_room(logger);
                    }
                    costs
                })
            })
            .collect();
        senders
            .into_iter()
            .filter_map(|sender| sender.join().ok())
            .flatten()
            .collect()
    });
    costs.sort_unstable();
    costs
}

/// The cost of each call at 20,000 events per second, sorted.
fn paced(logger: &Logger) -> Vec<u64> {
    let start = Instant::now();
    let mut costs: Vec<u64> = (0..PACED_EVENTS)
        .flat_map(|number| {
            let event = prepared(1);
            let due = start + PACE * number as u32;
            while Instant::now() < due {
                std::hint::spin_loop();
            }
            event
        })
        .map(|event| {
            let before = Instant::now();
            logger.send(event).expect("the queue is large enough");
            before.elapsed().as_nanos() as u64
        })
        .collect();
    costs.sort_unstable();
    costs
}

/// The hot loop outruns any far end; a full queue is not what is measured.
fn wait_for_room(logger: &Logger) {
    while logger.client().stats().pending > 50_000 {
        std::thread::yield_now();
    }
}

fn percentiles(costs: &[u64]) -> String {
    let at = |share: f64| costs[((costs.len() - 1) as f64 * share) as usize];
    format!(
        "p10 {}, p50 {}, p99 {}, p99.9 {}, max {}",
        at(0.1),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}

fn main() {
    let client = Client::builder()
        .transport(Sink::default())
        .build()
        .expect("a thread");
    let orders = client.logger("orders");
    println!("send of a prepared event, nanoseconds on the caller");
    for threads in [1, 4] {
        println!(
            "  runs of {HOT_EVENTS}, {threads} thread(s): {}",
            percentiles(&hot(&orders, threads))
        );
    }
    let clock = {
        let start = Instant::now();
        (0..1_000_000).for_each(|_| {
            std::hint::black_box(Instant::now());
        });
        start.elapsed().as_nanos() / 1_000_000
    };
    println!(
        "  20,000/s, the clock's {clock} included: {}",
        percentiles(&paced(&orders))
    );
    client
        .close(Duration::from_secs(10))
        .expect("the sink takes everything");
    println!("  {}", client.stats());
}
