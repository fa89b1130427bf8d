//! Power loss at any call: of what was not synced, any part may be missing. What was stored never is.

use std::time::{Duration, Instant};

use super::fake_disk::{FakeDisk, Fault, FaultKind};
use super::oracle::Oracle;
use crate::spool::options::SpoolOptions;
use crate::spool::spooler::{Committed, Spooler};

/// Runs until the disk stops answering at call `last`, and loses power there. Returns how many records were stored,
/// and how many removed ones came again.
fn one_crash(last: u64, images: u64) -> (u64, u64) {
    let disk = FakeDisk::default();
    // No call after this one has any effect.
    disk.set_fault(Some(Fault {
        from: last,
        calls: u64::MAX,
        kind: FaultKind::Error,
    }));
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let mut oracle = Oracle::default();
    let mut now = Instant::now();
    for _ in 0..14 {
        let records = oracle.fresh(11);
        if spooler.commit(now, &records) != Committed::Stored {
            break;
        }
        oracle.stored(&records);
        let batch = spooler.next(now, 7, usize::MAX);
        oracle.seen(&batch);
        for spooled in &batch {
            oracle.removed(spooled);
        }
        spooler.remove(now, batch.iter().map(|spooled| spooled.id));
        now += Duration::from_millis(200);
        spooler.tick(now);
    }
    let mut again = 0;
    for seed in 0..images {
        let mut random = fastrand::Rng::with_seed(last * 1_000 + seed);
        let revived = FakeDisk::with(disk.after_power_loss(&mut random));
        let mut spooler = Spooler::new(Box::new(revived.clone()), SpoolOptions::default());
        let mut oracle = oracle.clone();
        oracle.lost_hold();
        oracle.seen(&spooler.next(now, 10_000, usize::MAX));
        assert_eq!(
            oracle.missing(),
            [0_u64; 0],
            "power lost at call {last}, image {seed}"
        );
        again += oracle.duplicates();
        // And it works.
        let records = oracle.fresh(3);
        assert_eq!(spooler.commit(now, &records), Committed::Stored);
        oracle.seen(&spooler.next(now, 10, usize::MAX));
        oracle.stored(&records);
        assert_eq!(oracle.missing(), [0_u64; 0]);
    }
    (oracle.stored_len() as u64, again)
}

#[test]
fn what_was_stored_survives_power_loss_at_any_call() {
    let (mut most, mut again) = (0, 0);
    for last in 0..400 {
        let (stored, duplicates) = one_crash(last, 4);
        most = most.max(stored);
        again += duplicates;
    }
    assert_eq!(most, 14 * 11, "the last crashes come after everything was stored");
    assert!(
        again > 0,
        "removals that were not written yet are forgotten: else nothing was replayed here"
    );
}

#[test]
#[ignore = "takes minutes: 80,000 images; run it after a change to the store or to redb"]
fn what_was_stored_survives_power_loss_at_length() {
    for last in 0..400 {
        one_crash(last, 200);
    }
}
