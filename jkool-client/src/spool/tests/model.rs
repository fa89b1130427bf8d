//! Random lives of a spool, with crashes, power losses and failing disks, against the oracle.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::fake_disk::{FakeDisk, FaultKind};
use super::oracle::Oracle;
use crate::spool::options::SpoolOptions;
use crate::spool::record::{SpoolRecord, Spooled};
use crate::spool::spooler::{Committed, Spooler};

#[derive(Clone, Debug)]
enum Action {
    Append(u64),
    Next(usize),
    RemoveOldest(usize),
    RemoveEachSecond,
    RemoveTwice,
    Advance(u64),
    Kill,
    PowerLoss(u64),
    Close,
    Fail(u64, FaultKind),
    NoRoom,
    Heal,
}

fn action() -> impl Strategy<Value = Action> {
    let kind = prop_oneof![
        Just(FaultKind::Error),
        Just(FaultKind::ShortWrite),
        Just(FaultKind::ForgetfulSync)
    ];
    prop_oneof![
        8 => (1_u64..24).prop_map(Action::Append),
        6 => (1_usize..30).prop_map(Action::Next),
        3 => (1_usize..30).prop_map(Action::RemoveOldest),
        1 => Just(Action::RemoveEachSecond),
        1 => Just(Action::RemoveTwice),
        2 => (1_u64..400).prop_map(Action::Advance),
        1 => Just(Action::Kill),
        1 => any::<u64>().prop_map(Action::PowerLoss),
        1 => Just(Action::Close),
        1 => (1_u64..9, kind).prop_map(|(calls, kind)| Action::Fail(calls, kind)),
        1 => Just(Action::NoRoom),
        1 => Just(Action::Heal),
    ]
}

/// A spool with its owner, who keeps what is not stored yet and remembers what is.
struct Life {
    disk: FakeDisk,
    spooler: Spooler,
    now: Instant,
    oracle: Oracle,
    waiting: Vec<SpoolRecord>,
    held: Vec<Spooled>,
}

impl Life {
    fn new() -> Self {
        let disk = FakeDisk::default();
        Self {
            spooler: Spooler::new(Box::new(disk.clone()), SpoolOptions::default()),
            disk,
            now: Instant::now(),
            oracle: Oracle::default(),
            waiting: Vec::new(),
            held: Vec::new(),
        }
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Append(count) => self.append(*count),
            Action::Next(max) => {
                let batch = self.spooler.next(self.now, *max, 1 << 20);
                assert!(batch.len() <= *max);
                self.oracle.seen(&batch);
                self.held.extend(batch);
            }
            Action::RemoveOldest(count) => {
                let count = (*count).min(self.held.len());
                let gone: Vec<_> = self.held.drain(..count).collect();
                self.remove(&gone);
            }
            Action::RemoveEachSecond => {
                let held = std::mem::take(&mut self.held);
                let (gone, held): (Vec<_>, Vec<_>) =
                    held.into_iter().partition(|spooled| spooled.id.seq % 2 == 0);
                self.held = held;
                self.remove(&gone);
            }
            Action::RemoveTwice => {
                let gone = std::mem::take(&mut self.held);
                self.remove(&gone);
                self.advance(200);
                self.spooler
                    .remove(self.now, gone.iter().map(|spooled| spooled.id));
            }
            Action::Advance(millis) => self.advance(*millis),
            Action::Kill => self.reopen(self.disk.after_kill()),
            Action::PowerLoss(seed) => {
                let mut random = fastrand::Rng::with_seed(*seed);
                self.reopen(self.disk.after_power_loss(&mut random));
            }
            Action::Close => {
                self.spooler.close(self.now);
                self.reopen(self.disk.after_kill());
            }
            Action::Fail(calls, kind) => self.disk.fail_next(*calls, *kind),
            Action::NoRoom => self.disk.set_room(Some(self.disk.file_bytes() as u64)),
            Action::Heal => self.heal(),
        }
        self.spooler.tick(self.now);
    }

    fn append(&mut self, count: u64) {
        if self.waiting.is_empty() {
            self.waiting = self.oracle.fresh(count);
        }
        match self.spooler.commit(self.now, &self.waiting) {
            Committed::Stored(_) => self.oracle.stored(&std::mem::take(&mut self.waiting)),
            Committed::Full => self.waiting.clear(),
            Committed::Later => {}
        }
    }

    fn remove(&mut self, gone: &[Spooled]) {
        for spooled in gone {
            self.oracle.removed(spooled);
        }
        self.spooler
            .remove(self.now, gone.iter().map(|spooled| spooled.id));
    }

    fn advance(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
        self.spooler.tick(self.now);
    }

    fn reopen(&mut self, content: Vec<u8>) {
        self.disk = FakeDisk::with(content);
        self.spooler = Spooler::new(Box::new(self.disk.clone()), SpoolOptions::default());
        self.waiting.clear();
        self.held.clear();
        self.oracle.lost_hold();
    }

    fn heal(&mut self) {
        self.disk.set_fault(None);
        self.disk.set_room(None);
    }

    /// The disk is well again: everything stored comes, and so does something new.
    fn judge(mut self) {
        self.heal();
        self.advance(60_000);
        for _ in 0..3 {
            if !self.waiting.is_empty() {
                self.append(1);
                self.advance(60_000);
            }
        }
        assert!(
            self.waiting.is_empty(),
            "the disk is well, and records still wait: {:?}",
            self.spooler
        );
        self.append(1);
        assert!(self.waiting.is_empty(), "a fresh record is not stored");
        loop {
            let batch = self.spooler.next(self.now, 100, 1 << 20);
            if batch.is_empty() {
                break;
            }
            self.oracle.seen(&batch);
            self.held.extend(batch);
        }
        assert_eq!(
            self.oracle.missing(),
            [0_u64; 0],
            "of {} stored",
            self.oracle.stored_len()
        );
        let held = std::mem::take(&mut self.held);
        self.remove(&held);
        self.advance(60_000);
        assert_eq!(self.spooler.records(), 0);
        assert!(self.spooler.failing().is_none());
    }
}

fn live(actions: &[Action]) {
    let mut life = Life::new();
    for action in actions {
        life.act(action);
    }
    life.judge();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_what_was_stored_comes_back(actions in prop::collection::vec(action(), 1..64)) {
        live(&actions);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    #[ignore = "takes many minutes; run it after a change to the spool or to redb"]
    fn whatever_happens_what_was_stored_comes_back_at_length(actions in prop::collection::vec(action(), 1..128)) {
        live(&actions);
    }
}

/// Without failures and crashes the spool is a queue, exactly.
#[test]
fn in_good_health_it_is_a_queue() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..50 {
        let mut life = Life::new();
        let mut queue = std::collections::VecDeque::new();
        for _ in 0..60 {
            if random.bool() {
                let first = life.oracle.offered();
                let count = random.u64(1..20);
                life.append(count);
                queue.extend(first..first + count);
            } else {
                let max = random.usize(1..25);
                let batch = life.spooler.next(life.now, max, usize::MAX);
                let expected: Vec<u64> = queue.drain(..max.min(queue.len())).collect();
                let numbers: Vec<u64> = batch
                    .iter()
                    .map(|spooled| super::oracle::number(&spooled.record))
                    .collect();
                assert_eq!(numbers, expected);
                life.remove(&batch);
                life.advance(random.u64(0..200));
            }
        }
    }
}
