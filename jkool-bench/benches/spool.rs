//! What goes through a write-ahead spool in a second: stored, read back, delivered and deleted again, beside what the
//! disk takes to sync alone.
//!
//! The transport takes everything and keeps nothing. `TMPDIR` says which disk is measured.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use jkool_bench::{Sink, placed_order};
use jkool_client::{Client, OnFull, Spool, SpoolMode, State};

const EVENTS: usize = 400_000;
const PATIENCE: Duration = Duration::from_secs(120);

fn client(dir: &Path, mode: Option<SpoolMode>) -> Client {
    let mut builder = Client::builder()
        .transport(Sink::default())
        .on_full(OnFull::Block(PATIENCE));
    if let Some(mode) = mode {
        builder = builder.spool(Spool::new(dir).mode(mode));
    }
    builder.build().expect("a client")
}

/// Events per second, from the first `send` until the last one is settled.
fn rate(dir: &Path, mode: Option<SpoolMode>) -> f64 {
    let client = client(dir, mode);
    let orders = client.logger("orders");
    let start = Instant::now();
    for _ in 0..EVENTS {
        orders.send(placed_order()).expect("there is room soon");
    }
    client.flush(PATIENCE).expect("the sink takes everything");
    let seconds = start.elapsed().as_secs_f64();
    client.close(PATIENCE).expect("nothing is left");
    EVENTS as f64 / seconds
}

/// How long one event takes from `send` until it is stored, in microseconds, sorted.
fn latencies(dir: &Path) -> Vec<u128> {
    let client = client(dir, Some(SpoolMode::WriteAhead));
    let mut latencies: Vec<u128> = (0..500)
        .map(|_| {
            let start = Instant::now();
            let receipt = client.send_tracked(placed_order()).expect("there is room");
            receipt.wait(State::Stored, PATIENCE).expect("the disk works");
            start.elapsed().as_micros()
        })
        .collect();
    client.close(PATIENCE).expect("nothing is left");
    latencies.sort_unstable();
    latencies
}

/// How long the disk takes to sync so many bytes, in microseconds.
fn fdatasync(dir: &Path, bytes: usize) -> f64 {
    const SYNCS: u32 = 200;
    let mut file = File::create(dir.join("sync")).expect("a file");
    let block = vec![b'x'; bytes];
    let start = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&block).expect("room");
        file.sync_data().expect("a disk");
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(SYNCS)
}

fn main() {
    let dir = std::env::temp_dir().join(format!("jkool-bench-spool-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    println!("events of 522 bytes per second, from `send` to a sink and off the disk again");
    println!("  without a spool            {:>9.0}", rate(&dir, None));
    println!(
        "  overflow                   {:>9.0}",
        rate(&dir, Some(SpoolMode::Overflow))
    );
    println!(
        "  write-ahead                {:>9.0}",
        rate(&dir, Some(SpoolMode::WriteAhead))
    );
    let latencies = latencies(&dir);
    println!(
        "microseconds until one event is stored: p50 {}, p99 {}; fdatasync of 4 KiB {:.0}, of 512 KiB {:.0}",
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
        fdatasync(&dir, 4 << 10),
        fdatasync(&dir, 512 << 10),
    );
    let _ = std::fs::remove_dir_all(&dir);
}
