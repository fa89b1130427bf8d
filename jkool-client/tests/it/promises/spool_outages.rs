//! With a spool an outage loses nothing, neither in memory nor at the end, and a full disk stops nothing.
#![expect(clippy::print_stdout, reason = "figures, for who looks")]

use std::path::Path;
use std::time::{Duration, Instant};

use jkool_client::{Client, ClientBuilder, CloseError, RetryPolicy, Spool, SpoolMode};

use super::http_server::{Fault, Server};
use super::oracle::Oracle;
use super::own_process::{applaud, is_on_stage, prop, stage};
use crate::PATIENCE;
use crate::counting_allocator::{begin_peak, peak_bytes};

fn builder(url: &str, dir: &Path, mode: SpoolMode) -> ClientBuilder {
    let retry = RetryPolicy::default()
        .initial_delay(Duration::from_millis(5))
        .max_delay(Duration::from_millis(50));
    Client::builder()
        .http("canary")
        .url(url)
        .spool(Spool::new(dir).mode(mode))
        .retry(retry)
        .drop_timeout(Duration::ZERO)
}

fn down() -> Server {
    Server::start(|_| Some(Fault::Broken))
}

#[test]
fn what_memory_cannot_hold_goes_to_disk_and_arrives() {
    const EVENTS: usize = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let server = down();
    let client = builder(&server.url(), folder.path(), SpoolMode::Overflow)
        .max_queued_events(1_000)
        .build()
        .unwrap();
    let oracle = Oracle::default();
    oracle.send_all(&client, EVENTS);
    let stats = client.stats();
    assert_eq!((stats.accepted, stats.dropped.total()), (EVENTS as u64, 0));
    assert!(stats.stored > EVENTS as u64 / 2, "{stats:?}");
    server.heal();
    client.flush(2 * PATIENCE).unwrap();
    oracle.prove_alive(&client);
    oracle.judge(server.bodies()).assert_kept();
    assert!(client.stats().is_balanced(), "{:?}", client.stats());
    client.close(PATIENCE).unwrap();
}

#[test]
fn what_is_left_at_the_end_is_delivered_by_the_next_client() {
    const EVENTS: usize = 5_000;
    for mode in [SpoolMode::Overflow, SpoolMode::WriteAhead] {
        let folder = tempfile::tempdir().unwrap();
        let server = down();
        let oracle = Oracle::default();
        let client = builder(&server.url(), folder.path(), mode).build().unwrap();
        oracle.send_all(&client, EVENTS);
        // The disk gets the last second of these four, and half a second more.
        let closed = client.close(Duration::from_secs(4));
        let all = EVENTS as u64;
        assert!(
            matches!(closed, Err(CloseError::Stored { stored }) if stored == all),
            "{mode:?}: {closed:?}, {}",
            client.stats()
        );
        drop(client);

        server.heal();
        let client = builder(&server.url(), folder.path(), mode).build().unwrap();
        client.flush(PATIENCE).unwrap();
        oracle.prove_alive(&client);
        let judgement = oracle.judge(server.bodies());
        judgement.assert_kept();
        assert!(client.stats().adopted >= EVENTS as u64, "{:?}", client.stats());
        client.close(PATIENCE).unwrap();
    }
}

/// Builds a client on a directory full of events, which nobody takes, and watches the memory.
fn restart_on_a_large_spool(test: &str, events: usize, limit: usize) {
    // The cache of the spool is half of it.
    const SLACK: usize = 12 << 20;
    if is_on_stage(test) {
        let before = begin_peak();
        let client = builder(&prop("URL"), Path::new(&prop("DIR")), SpoolMode::Overflow)
            .max_queued_bytes(limit)
            .build()
            .unwrap();
        let deadline = Instant::now() + PATIENCE;
        while client.stats().retries < 50 {
            assert!(
                Instant::now() < deadline,
                "too little is tried: {:?}, {:?}, {:?}",
                client.stats(),
                client.health(),
                client.spool_stats()
            );
            std::thread::yield_now();
        }
        let stats = client.stats();
        assert!(stats.adopted >= events as u64, "{stats:?}");
        let growth = peak_bytes() - before;
        println!("the heap grew by {growth} bytes at most");
        assert!(growth <= limit + SLACK, "the heap grew by {growth} bytes");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = down();
    let client = builder(&server.url(), folder.path(), SpoolMode::WriteAhead)
        .build()
        .unwrap();
    let oracle = Oracle::default();
    oracle.send_all(&client, events);
    let deadline = Instant::now() + PATIENCE;
    while client.stats().stored < events as u64 {
        assert!(Instant::now() < deadline, "{:?}", client.stats());
        std::thread::sleep(Duration::from_millis(5)); // poll: until all is on disk
    }
    assert!(client.close(Duration::ZERO).is_err(), "the server took nothing");
    drop(client);
    let bytes: u64 = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(
        bytes > 2 * (limit + SLACK) as u64,
        "{bytes} bytes on disk prove nothing"
    );
    let dir = folder.path().to_str().unwrap();
    print!(
        "{}",
        applaud(stage(test, &[("URL", &server.url()), ("DIR", dir)]))
    );
}

#[test]
fn a_large_spool_does_not_fill_the_memory_of_the_next_client() {
    const TEST: &str = "promises::spool_outages::a_large_spool_does_not_fill_the_memory_of_the_next_client";
    restart_on_a_large_spool(TEST, 80_000, 4 << 20);
}

#[test]
#[ignore = "takes minutes: cargo test --release -p jkool-client --all-features -- --include-ignored a_huge_spool"]
fn a_huge_spool_does_not_fill_the_memory_of_the_next_client() {
    const TEST: &str = "promises::spool_outages::a_huge_spool_does_not_fill_the_memory_of_the_next_client";
    restart_on_a_large_spool(TEST, 350_000, 16 << 20);
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_nothing_and_is_used_again_once_it_has_room() {
    const TEST: &str =
        "promises::spool_outages::a_full_disk_stops_nothing_and_is_used_again_once_it_has_room";
    const EVENTS: usize = 5_000;
    if is_on_stage(TEST) {
        return disk_full::play(EVENTS);
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|request| (request <= 20).then_some(Fault::Broken));
    let dir = folder.path().to_str().unwrap();
    print!(
        "{}",
        applaud(stage(TEST, &[("URL", &server.url()), ("DIR", dir)]))
    );
    let bodies: std::collections::HashSet<String> = server.bodies().into_iter().collect();
    assert!(bodies.len() >= EVENTS + 2, "{} arrived", bodies.len());
}

#[cfg(unix)]
mod disk_full {
    #![expect(unsafe_code, reason = "the limit on files can be set in no other way")]

    use jkool_client::{SpoolState, State};

    use super::*;

    /// Lets files grow to so many bytes; beyond that, writing fails.
    fn limit_files(bytes: Option<u64>) {
        // SAFETY: the structure lives as long as the calls, and the signal is ignored, not handled.
        unsafe {
            let mut limit = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            assert_eq!(libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limit), 0);
            limit.rlim_cur = bytes.unwrap_or(limit.rlim_max);
            assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit), 0);
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        }
    }

    pub(super) fn play(events: usize) {
        let client = builder(&prop("URL"), Path::new(&prop("DIR")), SpoolMode::WriteAhead)
            .build()
            .unwrap();
        let oracle = Oracle::default();
        let receipt = client.send_tracked(Oracle::event(9_999_998)).unwrap();
        receipt.wait(State::Stored, PATIENCE).unwrap();
        limit_files(Some(64 << 10));
        oracle.send_all(&client, events);
        client.flush(PATIENCE).unwrap();
        let stats = client.stats();
        assert_eq!(
            (stats.delivered, stats.dropped.total()),
            (events as u64 + 1, 0),
            "{stats:?}"
        );
        let spool = client.spool_stats().unwrap();
        assert!(
            spool.stored < events as u64 / 2,
            "the disk was never full: {spool:?}"
        );
        limit_files(None);
        // The disk is tried again from time to time. Until then, events go past it.
        let deadline = Instant::now() + 2 * PATIENCE;
        let mut probe = 9_000_000;
        while client.spool_stats().unwrap().stored <= spool.stored {
            assert!(Instant::now() < deadline, "{:?}", client.spool_stats());
            let receipt = client.send_tracked(Oracle::event(probe)).unwrap();
            assert!(receipt.wait(State::Delivered, PATIENCE).unwrap().is_success());
            probe += 1;
            std::thread::sleep(Duration::from_millis(20)); // poll: for the disk to be used again
        }
        assert!(matches!(client.spool_stats().unwrap().state, SpoolState::Ok));
        println!("the disk was used again after {} probes", probe - 9_000_000);
        client.close(PATIENCE).unwrap();
    }
}
