//! A disk that fails at the k-th call and then heals: nothing stored is lost, and life goes on.

use std::time::{Duration, Instant};

use super::fake_disk::{FakeDisk, Fault, FaultKind};
use super::oracle::{Oracle, record};
use crate::spool::options::SpoolOptions;
use crate::spool::record::SpoolRecord;
use crate::spool::spooler::{Committed, Spooler};

const KINDS: [FaultKind; 3] = [FaultKind::Error, FaultKind::ShortWrite, FaultKind::ForgetfulSync];

/// Records go in and out while the `k`-th call and those after it fail; then power is lost.
fn one_fault(from: u64, calls: u64, kind: FaultKind) -> u64 {
    let disk = FakeDisk::default();
    disk.set_fault(Some(Fault { from, calls, kind }));
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let mut oracle = Oracle::default();
    let mut now = Instant::now();
    for _ in 0..12 {
        let records = oracle.fresh(9);
        let mut attempts = 0;
        while spooler.commit(now, &records) != Committed::Stored {
            now += Duration::from_secs(31);
            attempts += 1;
            assert!(
                attempts < 64,
                "the disk is well again, the spool is not: {spooler:?}"
            );
        }
        oracle.stored(&records);
        let batch = spooler.next(now, 5, usize::MAX);
        oracle.seen(&batch);
        for spooled in &batch {
            oracle.removed(spooled);
        }
        spooler.remove(now, batch.iter().map(|spooled| spooled.id));
        now += Duration::from_millis(200);
        spooler.tick(now);
    }
    assert!(spooler.failing().is_none());
    assert_eq!(disk.set_aside_files(), 0, "a failing disk is not a damaged file");
    let calls = disk.calls();

    let image = disk.after_power_loss(&mut fastrand::Rng::with_seed(from));
    drop(spooler);
    let mut spooler = Spooler::new(Box::new(FakeDisk::with(image)), SpoolOptions::default());
    oracle.lost_hold();
    oracle.seen(&spooler.next(now, 1_000, usize::MAX));
    assert_eq!(
        oracle.missing(),
        [0_u64; 0],
        "fault at {from}, {calls} calls, {kind:?}"
    );
    calls
}

#[test]
fn a_failure_at_any_call_loses_nothing_that_was_stored() {
    for kind in KINDS {
        for from in 0..200 {
            let calls = one_fault(from, 1, kind);
            assert!(calls > 200, "the trial makes only {calls} calls");
        }
    }
}

#[test]
fn a_failure_that_lasts_loses_nothing_that_was_stored() {
    for from in 0..200 {
        one_fault(from, 1 + from % 17, KINDS[(from % 3) as usize]);
    }
}

#[test]
fn a_disk_that_heals_is_noticed_though_nobody_wants_anything_of_it() {
    let disk = FakeDisk::default();
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let mut now = Instant::now();
    assert_eq!(spooler.commit(now, &[record(0)]), Committed::Stored);
    disk.fail_next(u64::MAX, FaultKind::Error);
    assert_eq!(spooler.commit(now, &[record(1)]), Committed::Later);
    let began = now;
    for _ in 0..5 {
        now += Duration::from_secs(5);
        spooler.tick(now);
        assert_eq!(spooler.failing().map(|failing| failing.since), Some(began));
        assert!(spooler.due(true).is_some_and(|due| due > now), "it would spin");
    }
    disk.set_fault(None);
    now += Duration::from_secs(30);
    spooler.tick(now);
    assert!(spooler.failing().is_none());
    assert!(spooler.due(true).is_none_or(|due| due > now), "it would spin");
    assert_eq!(spooler.next(now, 10, usize::MAX).len(), 1);
}

#[test]
fn a_full_disk_hands_back_delivers_and_recovers() {
    let disk = FakeDisk::default();
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let mut oracle = Oracle::default();
    let mut now = Instant::now();
    disk.set_room(Some(600 * 1024));
    let mut refused = false;
    for _ in 0..1_000 {
        let records = oracle.fresh(10);
        match spooler.commit(now, &records) {
            Committed::Stored => oracle.stored(&records),
            Committed::Full => {
                refused = true;
                break;
            }
            Committed::Later => panic!("a full disk is not a failing one: {spooler:?}"),
        }
    }
    assert!(refused && spooler.is_full(now));
    assert!(
        oracle.stored_len() > 100,
        "only {} records fit",
        oracle.stored_len()
    );
    loop {
        let batch = spooler.next(now, 50, usize::MAX);
        if batch.is_empty() {
            break;
        }
        oracle.seen(&batch);
        spooler.remove(now, batch.iter().map(|spooled| spooled.id));
        now += Duration::from_millis(100);
        spooler.tick(now);
    }
    assert_eq!(oracle.missing(), [0_u64; 0]);
    now += Duration::from_secs(1);
    spooler.tick(now);
    assert_eq!(spooler.records(), 0);
    assert!(
        !spooler.is_full(now),
        "nothing is in it, and it is full: {spooler:?}"
    );
    assert_eq!(spooler.commit(now, &oracle.fresh(10)), Committed::Stored);
}

#[test]
fn the_limit_is_kept_and_ends_with_removals() {
    let limit = 2 * 1024 * 1024;
    let disk = FakeDisk::default();
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::new().max_file_bytes(limit));
    let now = Instant::now();
    let entry = || SpoolRecord::new(0, "orders", vec![7; 500]);
    let mut stored: usize = 0;
    while spooler.commit(now, &vec![entry(); 100]) == Committed::Stored {
        stored += 100;
        assert!(disk.file_bytes() as u64 <= limit);
    }
    assert!(spooler.is_full(now));
    assert!(
        stored * 500 > 256 * 1024,
        "only {stored} records fit into {limit} bytes"
    );
    let batch = spooler.next(now, stored / 4, usize::MAX);
    spooler.remove(now, batch.iter().map(|spooled| spooled.id));
    spooler.flush_removals(now);
    assert!(!spooler.is_full(now), "a quarter was removed");
    assert_eq!(spooler.commit(now, &vec![entry(); 10]), Committed::Stored);
    assert!(disk.file_bytes() as u64 <= limit);
}

#[test]
fn an_emptied_file_gives_its_space_back() {
    let disk = FakeDisk::default();
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let mut now = Instant::now();
    for _ in 0..20 {
        spooler.commit(now, &vec![SpoolRecord::new(0, "orders", vec![7; 500]); 200]);
    }
    assert!(disk.file_bytes() > 2_000_000);
    let batch = spooler.next(now, usize::MAX, usize::MAX);
    assert_eq!(batch.len(), 4_000);
    spooler.remove(now, batch.iter().map(|spooled| spooled.id));
    now += Duration::from_secs(1);
    spooler.tick(now);
    assert_eq!(disk.file_bytes(), 0);

    // The ids of the old file mean nothing in the new one.
    assert_eq!(
        spooler.commit(now, &[SpoolRecord::new(0, "orders", &b"new"[..])]),
        Committed::Stored
    );
    let fresh = spooler.next(now, 10, usize::MAX);
    spooler.remove(now, batch.iter().map(|spooled| spooled.id));
    now += Duration::from_secs(1);
    spooler.tick(now);
    assert_eq!(spooler.records(), 1);
    assert_eq!(fresh[0].record.body, &b"new"[..]);
}
