//! The phases of the comparison, each in a process of its own.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};

use crate::allocations;
use crate::contestant::{Contestant, Running};

/// Events logged back to back.
pub const RUN: u64 = 1_000;
const RUNS: u64 = 300;
const PACED_EVENTS: u32 = 60_000;
const PACE: Duration = Duration::from_micros(50);
const FLOOD: u64 = 200_000;

/// The cells of the table that a phase fills.
pub fn run(contestant: Contestant, phase: &str) -> String {
    let running = contestant.start(phase != "flood");
    let event: fn(u64) = if contestant == Contestant::JkoolLog {
        log_record
    } else {
        tracing_event
    };
    match phase {
        "hot1" => hot(contestant, event, &running, 1).to_string(),
        "hot2" => hot2(contestant, event, running),
        "paced" => paced(contestant, event, running),
        _ => flood(event, running),
    }
}

/// The span that each thread is in, for the contestant that has one.
fn span_of(contestant: Contestant) -> Option<tracing::span::EnteredSpan> {
    (contestant == Contestant::JkoolInSpan).then(|| tracing::info_span!("order").entered())
}

fn tracing_event(order_id: u64) {
    let (amount, user) = (black_box(99.5), black_box("alice"));
    tracing::info!(order_id, amount, user, "order processed successfully");
}

fn log_record(order_id: u64) {
    let (amount, user) = (black_box(99.5), black_box("alice"));
    log::info!(order_id, amount, user; "order processed successfully");
}

/// Nanoseconds of CPU time per event on a thread that logs: the median of the runs.
fn hot(contestant: Contestant, event: fn(u64), running: &Running, threads: usize) -> u64 {
    let barrier = Barrier::new(threads);
    let one_thread = || {
        let mut costs = Vec::new();
        let _span = span_of(contestant);
        barrier.wait();
        for _ in 0..RUNS {
            let start = ThreadTime::now();
            (0..RUN).for_each(event);
            costs.push(start.elapsed().as_nanos() as u64 / RUN);
            std::thread::sleep(Duration::from_millis(1)); // slow: whoever delivers gets its turn
        }
        costs
    };
    let mut costs: Vec<u64> = if threads == 1 {
        let mut costs = one_thread();
        (running.make_room)();
        costs.drain(..10);
        costs
    } else {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one_thread)).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().expect("no panic"))
                .collect()
        })
    };
    costs.sort_unstable();
    costs[costs.len() / 2]
}

/// Two threads, and the CPU time of the whole process per event.
fn hot2(contestant: Contestant, event: fn(u64), running: Running) -> String {
    let start = ProcessTime::now();
    let cost = hot(contestant, event, &running, 2);
    (running.finish)();
    let total = start.elapsed().as_nanos() as u64 / (2 * RUN * RUNS);
    format!("{cost} | {total}")
}

fn paced(contestant: Contestant, event: fn(u64), running: Running) -> String {
    let _span = span_of(contestant);
    let start = Instant::now();
    let mut costs = Vec::with_capacity(PACED_EVENTS as usize);
    let warm = 2_000;
    let mut allocated = 0;
    for number in 0..PACED_EVENTS {
        let due = start + PACE * number;
        while Instant::now() < due {
            std::hint::spin_loop();
        }
        if number == warm {
            allocated = allocations::count();
        }
        let before = Instant::now();
        event(u64::from(number));
        costs.push(before.elapsed().as_nanos() as u64);
    }
    let allocated = allocations::count() - allocated;
    costs.drain(..warm as usize);
    let events = costs.len();
    costs.sort_unstable();
    let at = |share: f64| costs[((events - 1) as f64 * share) as usize];
    (running.finish)();
    format!(
        "{} | {} | {} | {:.2}",
        at(0.5),
        at(0.99),
        at(0.999),
        allocated as f64 / events as f64
    )
}

fn flood(event: fn(u64), running: Running) -> String {
    let count = running.count.clone();
    (0..FLOOD).for_each(event);
    (running.finish)();
    if count.get() == 0 {
        return "-".to_owned();
    }
    format!("{:.0} %", 100.0 * (1.0 - count.get() as f64 / FLOOD as f64))
}

/// Nanoseconds that reading the clock takes.
pub fn clock_cost() -> u128 {
    let start = Instant::now();
    (0..1_000_000).for_each(|_| {
        black_box(Instant::now());
    });
    start.elapsed().as_nanos() / 1_000_000
}
