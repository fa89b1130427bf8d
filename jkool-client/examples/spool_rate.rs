//! How fast records go through the spool: stored, handed out, removed, by the size of the commit groups.
//!
//! ```sh
//! cargo run --release -p jkool-client --features spool --example spool_rate -- [DIR] [RECORDS]
//! ```
//! Writes to DIR, or a directory for temporary files. Beside each figure stands what the disk does alone: the same
//! bytes written to a file and synced with `fdatasync`, group by group.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints its figures, and ends on an error"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jkool_client::{SpoolHandle, SpoolOptions, SpoolRecord};

const BODY_BYTES: usize = 522;

fn main() {
    let mut args = std::env::args().skip(1);
    let temp = tempfile::tempdir().unwrap();
    let dir = args.next().map_or_else(|| temp.path().to_owned(), Into::into);
    let records: usize = args.next().map_or(400_000, |count| count.parse().unwrap());
    println!("group   in and out   append only   commit     write + fdatasync");
    for group in [1, 64, 256, 512, 4_096] {
        let commits = (records / group).min(4_000);
        let records = commits * group;
        let in_and_out = run(&dir, records, group, true);
        let append_only = run(&dir, records, group, false);
        println!(
            "{group:5} {:10.0}/s {:11.0}/s {:8.3} ms {:10.3} ms",
            records as f64 / in_and_out.as_secs_f64(),
            records as f64 / append_only.as_secs_f64(),
            in_and_out.as_secs_f64() * 1e3 / commits as f64,
            plain(&dir, group).as_secs_f64() * 1e3,
        );
    }
}

/// Sends the records through a spool that commits them in groups of one size; with `read`, a reader takes them out
/// at the same time. Returns when the last one is stored, and removed.
fn run(dir: &Path, records: usize, group: usize, read: bool) -> Duration {
    let dir = dir.join(format!("spool-{group}-{read}"));
    let options = SpoolOptions::new()
        .max_group_records(group)
        .max_group_bytes(usize::MAX);
    let spool = SpoolHandle::open(&dir, options).unwrap();
    let body = bytes::Bytes::from(vec![b'x'; BODY_BYTES]);
    let start = Instant::now();
    let reader = {
        let spool = spool.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut seen = 0;
            while read && seen < records {
                let batch = runtime.block_on(spool.next_batch(1_024, 1 << 20)).unwrap();
                seen += batch.len();
                spool.remove(batch.iter().map(|spooled| spooled.id));
            }
        })
    };
    let (tell, told) = mpsc::channel();
    let mut stored = 0;
    for _ in 0..records / group {
        let mut batch = vec![SpoolRecord::new(0, "orders", body.clone()); group];
        loop {
            let tell = tell.clone();
            match spool.append(batch, move |outcome| tell.send(outcome.map(|()| group)).unwrap()) {
                Ok(()) => break,
                Err(back) => {
                    // The backlog is full: wait for one group.
                    batch = back.records;
                    stored += told.recv().unwrap().unwrap();
                }
            }
        }
    }
    while stored < records {
        stored += told.recv().unwrap().unwrap();
    }
    if read {
        reader.join().unwrap();
        while !spool.stats().is_empty() {
            std::thread::yield_now();
        }
    }
    let time = start.elapsed();
    assert!(spool.close(Duration::from_secs(60)).finished);
    std::fs::remove_dir_all(dir).unwrap();
    time
}

/// The time to write one group to a file and sync it, on average.
fn plain(dir: &Path, group: usize) -> Duration {
    let path = dir.join("plain");
    let mut file = File::create(&path).unwrap();
    let data = vec![b'x'; BODY_BYTES * group];
    let rounds = 200;
    file.write_all(&data).unwrap();
    file.sync_data().unwrap();
    let start = Instant::now();
    for _ in 0..rounds {
        file.write_all(&data).unwrap();
        file.sync_data().unwrap();
    }
    let time = start.elapsed() / rounds;
    std::fs::remove_file(path).unwrap();
    time
}
