//! Queue, delivery and spool against a far end and a disk that do what they please, with crashes in between: what was
//! stored arrives, nothing is made up, and the books are balanced at every moment.

use std::collections::HashMap;
use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Limits, Outcome, Refusal, RefusalKind};
use proptest::prelude::*;
use tokio::task::AbortHandle;

use super::rig::{Rig, bodies, error};
use super::spooling::lane;
use crate::spool::SpoolMode;
use crate::spool::tests::fake_disk::{FakeDisk, FaultKind};
use crate::{DropReason, Fate, Receipt, State};

#[derive(Clone, Debug)]
enum Action {
    Push(usize),
    Script(Vec<Step>),
    Wait(u64),
    FailDisk(u64, FaultKind),
    FillDisk,
    HealDisk,
    /// The process is killed; what is not on disk is gone.
    Crash,
    /// The power fails; what was not synced is gone, in parts.
    PowerLoss(u64),
    /// The client is closed and made anew, after so many milliseconds.
    Reopen(u64),
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    mode: SpoolMode,
    max_events: usize,
    in_flight: usize,
    batch: usize,
}

/// What an event is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owed {
    /// It must arrive.
    Arrival,
    /// It may.
    Nothing,
    /// It must have been told to be dropped.
    Dropped,
}

struct World {
    shape: Shape,
    far_end: Scripted,
    disk: FakeDisk,
    rig: Rig,
    task: AbortHandle,
    /// The events of this life.
    receipts: Vec<(String, Receipt)>,
    /// The events of earlier ones.
    owed: HashMap<String, Owed>,
    pushed: usize,
    may_reorder: bool,
}

impl World {
    fn new(shape: Shape) -> Self {
        let limits = Limits::default().batch(shape.batch, 1 << 20).sends(4, 1);
        let (far_end, disk) = (Scripted::new([]).with_limits(limits), FakeDisk::default());
        let (rig, task) = Self::life(shape, &far_end, &disk);
        Self {
            shape,
            far_end,
            disk,
            rig,
            task,
            receipts: Vec::new(),
            owed: HashMap::new(),
            pushed: 0,
            may_reorder: false,
        }
    }

    fn life(shape: Shape, far_end: &Scripted, disk: &FakeDisk) -> (Rig, AbortHandle) {
        Rig::start_with_spool(
            far_end.clone(),
            lane(disk, shape.mode),
            shape.max_events,
            |settings| {
                settings.in_flight = shape.in_flight;
                settings.is_ordered = true;
            },
        )
    }

    fn push(&mut self) -> bool {
        let body = format!("{:06}", self.pushed);
        match self.rig.try_push_tracked(&body) {
            Some(receipt) => {
                self.pushed += 1;
                self.receipts.push((body, receipt));
                true
            }
            None => false,
        }
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::Push(count) => {
                // A full queue hands back.
                let _pushed = (0..count).take_while(|_| self.push()).count();
            }
            Action::Script(mut steps) => {
                steps.retain(|step| !matches!(step, Step::Panic));
                self.far_end
                    .extend(steps.into_iter().chain([Step::Settle(Outcome::Delivered)]));
            }
            Action::Wait(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            Action::FailDisk(calls, kind) => {
                self.may_reorder = true;
                self.disk.fail_next(calls, kind);
            }
            Action::FillDisk => {
                self.may_reorder = true;
                self.disk.set_room(Some(self.disk.file_bytes() as u64));
            }
            Action::HealDisk => self.heal_disk(),
            Action::Crash => {
                let content = self.disk.after_kill();
                self.next_life(content, false);
            }
            Action::PowerLoss(seed) => {
                let content = self.disk.after_power_loss(&mut fastrand::Rng::with_seed(seed));
                self.next_life(content, false);
            }
            Action::Reopen(millis) => {
                self.heal_disk();
                let left = self.rig.close_with_spool(Duration::from_millis(millis)).await;
                assert_eq!(left.lost, self.rig.dropped(DropReason::Closed));
                self.rig.assert_balanced();
                // A spool that is told to end does so by the real clock; its disk is another one by then.
                let content = self.disk.after_kill();
                self.next_life(content, true);
            }
        }
        self.rig.assert_balanced();
    }

    fn heal_disk(&self) {
        self.disk.set_fault(None);
        self.disk.set_room(None);
    }

    /// The next process, with what the disk holds.
    fn next_life(&mut self, content: Vec<u8>, was_closed: bool) {
        for (body, receipt) in self.receipts.drain(..) {
            let owed = match receipt.wait(State::Stored, Duration::ZERO) {
                Ok(Fate::Pending(State::Stored) | Fate::Stored) => Owed::Arrival,
                Ok(Fate::Delivered | Fate::Handed) => Owed::Arrival,
                Ok(Fate::Dropped(dropped)) => {
                    let reason = dropped.reason();
                    assert!(
                        may_be_dropped(reason) || was_closed && reason == DropReason::Closed,
                        "{reason}"
                    );
                    Owed::Dropped
                }
                _ => {
                    assert!(!was_closed, "{body} was left without a fate");
                    Owed::Nothing
                }
            };
            self.owed.insert(body, owed);
        }
        self.task.abort();
        // What the old life still does, it does to the old disk.
        self.disk = FakeDisk::with(content);
        self.may_reorder = true;
        (self.rig, self.task) = Self::life(self.shape, &self.far_end, &self.disk);
    }

    async fn judge(mut self) {
        self.far_end.heal();
        self.heal_disk();
        // A full queue has room again soon.
        while !self.push() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.rig.flush().await;
        // What was adopted need not be waited for by a flush, but it comes.
        for _ in 0..1_000 {
            if self.rig.ledger.in_spool() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.rig.assert_balanced();
        assert_eq!((self.rig.ledger.in_spool(), self.rig.queue.pending()), (0, 0));
        let (last, _) = self.receipts.last().expect("one was pushed just now");
        let last = last.clone();
        for (body, receipt) in self.receipts.drain(..) {
            let owed = match receipt.fate() {
                Some(Fate::Delivered | Fate::Handed) => Owed::Arrival,
                Some(Fate::Dropped(dropped)) if body != last && may_be_dropped(dropped.reason()) => {
                    Owed::Dropped
                }
                other => panic!("{body}: {other:?}"),
            };
            self.owed.insert(body, owed);
        }
        let taken = bodies(&self.far_end.taken());
        let mut copies: HashMap<&str, usize> = HashMap::new();
        for body in &taken {
            *copies.entry(body).or_default() += 1;
        }
        for (body, owed) in &self.owed {
            let has_arrived = copies.contains_key(body.as_str());
            assert!(
                *owed != Owed::Arrival || has_arrived || self.was_refused(body),
                "{body} is missing"
            );
        }
        assert!(
            copies.keys().all(|body| self.owed.contains_key(*body)),
            "something was made up"
        );
        if !self.may_reorder {
            let mut firsts = Vec::new();
            let mut seen = std::collections::HashSet::new();
            firsts.extend(taken.iter().filter(|body| seen.insert(body.as_str())));
            assert!(firsts.is_sorted(), "{firsts:?}");
        }
    }

    /// A later life may have been told that it is never taken.
    fn was_refused(&self, body: &str) -> bool {
        bodies(&self.far_end.attempts())
            .iter()
            .any(|attempt| attempt == body)
    }
}

/// Nothing else is a reason here: no time-out, and no disk that loses what it has stored.
fn may_be_dropped(reason: DropReason) -> bool {
    matches!(reason, DropReason::Refused)
}

fn step() -> impl Strategy<Value = Step> {
    let failure = || {
        prop_oneof![
            Just(ErrorKind::Io),
            Just(ErrorKind::Connect),
            Just(ErrorKind::Unauthorized)
        ]
        .prop_map(error)
    };
    let refused = Refusal::new(RefusalKind::Invalid, "refused in a test");
    prop_oneof![
        6 => Just(Step::Settle(Outcome::Delivered)),
        1 => Just(Step::Settle(Outcome::Handed)),
        1 => Just(Step::Settle(Outcome::Refused(refused))),
        2 => failure().prop_map(|error| Step::Settle(Outcome::NotSent(error))),
        1 => failure().prop_map(|error| Step::Settle(Outcome::Unknown(error))),
        1 => failure().prop_map(Step::TakeThenFail),
        1 => failure().prop_map(Step::Fail),
        1 => (0..20_000_u64).prop_map(|delay| Step::DeliverAfter(Duration::from_millis(delay))),
        1 => Just(Step::Stall),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let fault = prop_oneof![
        Just(FaultKind::Error),
        Just(FaultKind::ShortWrite),
        Just(FaultKind::ForgetfulSync)
    ];
    prop_oneof![
        8 => (1..40_usize).prop_map(Action::Push),
        4 => proptest::collection::vec(step(), 1..20).prop_map(Action::Script),
        6 => (0..5_000_u64).prop_map(Action::Wait),
        1 => (prop_oneof![1..20_u64, 20..5_000_u64], fault).prop_map(|(calls, kind)| Action::FailDisk(calls, kind)),
        1 => Just(Action::FillDisk),
        2 => Just(Action::HealDisk),
        1 => Just(Action::Crash),
        1 => any::<u64>().prop_map(Action::PowerLoss),
        1 => (0..3_000_u64).prop_map(Action::Reopen),
    ]
}

fn shape(mode: SpoolMode) -> impl Strategy<Value = Shape> {
    (20..200_usize, 1..5_usize, Just(1_usize)).prop_map(move |(max_events, in_flight, batch)| Shape {
        mode,
        max_events,
        in_flight,
        batch,
    })
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![shape(SpoolMode::Overflow), shape(SpoolMode::WriteAhead)]
}

fn play(shape: Shape, actions: Vec<Action>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::pause();
        let mut world = World::new(shape);
        for action in actions {
            world.act(action).await;
        }
        world.judge().await;
    });
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        cases,
        ..ProptestConfig::default()
    }
}

// Two tests of a thousand lives each, so that they run side by side.
proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn what_was_stored_arrives_on_overflow(
        shape in shape(SpoolMode::Overflow),
        actions in proptest::collection::vec(action(), 1..64),
    ) {
        play(shape, actions);
    }

    #[test]
    fn what_was_stored_arrives_written_ahead(
        shape in shape(SpoolMode::WriteAhead),
        actions in proptest::collection::vec(action(), 1..64),
    ) {
        play(shape, actions);
    }
}

proptest! {
    #![proptest_config(config(10_000))]

    #[test]
    #[ignore = "takes minutes: cargo test -p jkool-client --all-features -- --ignored what_was_stored_arrives_at_length"]
    fn what_was_stored_arrives_at_length(
        shape in any_shape(),
        actions in proptest::collection::vec(action(), 1..64),
    ) {
        play(shape, actions);
    }
}
