//! Damage from outside: flipped bits and cut files. No panic gets out, no altered record does, and life goes on.

use std::time::{Duration, Instant};

use super::fake_disk::FakeDisk;
use super::oracle::{number, record};
use crate::spool::options::SpoolOptions;
use crate::spool::record::SpoolRecord;
use crate::spool::spooler::{Committed, Spooler};

const RECORDS: u64 = 50;

/// A spool file of 50 records, closed in good order, or as a kill leaves it.
fn file(closed: bool) -> Vec<u8> {
    let disk = FakeDisk::default();
    let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
    let now = Instant::now();
    let records: Vec<SpoolRecord> = (0..RECORDS).map(record).collect();
    for group in records.chunks(10) {
        assert_eq!(spooler.commit(now, group), Committed::Stored);
    }
    if closed {
        spooler.close(now);
    }
    disk.after_kill()
}

/// How a damaged file was taken.
#[derive(Debug, Default)]
struct Toll {
    files: u64,
    all_there: u64,
    records_missing: u64,
    damaged: u64,
    files_set_aside: u64,
}

impl Toll {
    /// Opens the damaged file, reads it to its end, removes what was read, and appends.
    fn take(&mut self, damaged: Vec<u8>) {
        let disk = FakeDisk::with(damaged);
        let mut spooler = Spooler::new(Box::new(disk.clone()), SpoolOptions::default());
        let mut now = Instant::now();
        spooler.open_leavings(now);
        let mut found = Vec::new();
        for _ in 0..20 {
            let batch = spooler.next(now, 20, usize::MAX);
            found.extend(batch.iter().map(|spooled| number(&spooled.record)));
            spooler.remove(now, batch.iter().map(|spooled| spooled.id));
            now += Duration::from_secs(31);
            spooler.tick(now);
        }
        assert!(found.iter().all(|number| *number < RECORDS));
        assert!(found.is_sorted_by(|a, b| a < b), "out of order: {found:?}");
        let fresh = [record(RECORDS)];
        let mut attempts = 0;
        while spooler.commit(now, &fresh) != Committed::Stored {
            now += Duration::from_secs(31);
            attempts += 1;
            assert!(attempts < 8, "a damaged file stops the spool: {spooler:?}");
        }
        let mut back = Vec::new();
        for _ in 0..4 {
            back.extend(spooler.next(now, 100, usize::MAX));
        }
        assert!(
            back.iter().any(|spooled| number(&spooled.record) == RECORDS),
            "{spooler:?}"
        );

        let missing = RECORDS - found.len() as u64;
        self.files += 1;
        self.all_there += u64::from(missing == 0);
        self.records_missing += missing;
        self.damaged += spooler.damaged();
        self.files_set_aside += disk.set_aside_files() as u64;
        let told = spooler.damaged() > 0 || disk.set_aside_files() > 0;
        assert!(
            missing == 0 || told,
            "{missing} records are missing, and nothing says so: {spooler:?}"
        );
    }
}

fn flip_each(step: usize, bits: &[u8]) -> Toll {
    let mut toll = Toll::default();
    for closed in [true, false] {
        let file = file(closed);
        for byte in (0..file.len()).step_by(step) {
            for bit in bits {
                let mut flipped = file.clone();
                flipped[byte] ^= 1 << ((usize::from(*bit) + byte) % 8);
                toll.take(flipped);
            }
        }
    }
    toll
}

#[test]
fn a_flipped_bit_does_little_harm() {
    let toll = flip_each(97, &[0]);
    println!("{toll:?}");
    assert!(
        toll.damaged > 0 && toll.files_set_aside > 0,
        "the damage was not felt: {toll:?}"
    );
    assert!(toll.all_there > toll.files / 10 * 9, "{toll:?}");
}

#[test]
#[ignore = "takes many minutes: every bit of the file; run it after a change to the store or to redb"]
fn any_flipped_bit_does_little_harm() {
    println!("{:?}", flip_each(1, &[0, 1, 2, 3, 4, 5, 6, 7]));
}

#[test]
fn a_cut_file_does_not_stop_the_spool() {
    let mut toll = Toll::default();
    for closed in [true, false] {
        let file = file(closed);
        for len in (1..file.len()).step_by(509) {
            toll.take(file[..len].to_vec());
        }
    }
    println!("{toll:?}");
    assert!(toll.files_set_aside > 0);
}

#[test]
fn a_file_that_is_no_spool_is_set_aside() {
    let mut toll = Toll::default();
    toll.take(b"this is not a spool".to_vec());
    toll.take(vec![0; 100_000]);
    toll.take(vec![0xff; 1_000_000]);
    assert_eq!(toll.files_set_aside, 3);
}
