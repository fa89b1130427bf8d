//! Whatever a far end does: nothing is lost, nothing is made up, and the books are balanced at every moment.

use std::collections::HashMap;
use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Limits, Outcome, Refusal, RefusalKind};
use proptest::prelude::*;

use super::rig::{Rig, bodies, error};
use crate::{DropReason, Fate, Receipt};

#[derive(Clone, Debug)]
enum Action {
    Push(usize),
    Script(Vec<Step>),
    Wait(u64),
    Check,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    in_flight: usize,
    batch: usize,
    sends: usize,
    is_ordered: bool,
}

fn step() -> impl Strategy<Value = Step> {
    // With the jitter of a minute it is still less than the delivery time-out.
    let retry_after = || proptest::option::of((0..200_u64).prop_map(Duration::from_secs));
    let failure = || {
        prop_oneof![
            Just(ErrorKind::Io),
            Just(ErrorKind::Timeout),
            Just(ErrorKind::Connect),
            Just(ErrorKind::Unauthorized),
            Just(ErrorKind::Misdirected),
        ]
        .prop_map(error)
    };
    let busy = retry_after()
        .prop_map(|delay| Step::Settle(Outcome::NotSent(error(ErrorKind::Busy).with_retry_after(delay))));
    let refused = Refusal::new(RefusalKind::Invalid, "refused in a test");
    prop_oneof![
        4 => Just(Step::Settle(Outcome::Delivered)),
        1 => Just(Step::Settle(Outcome::Handed)),
        1 => Just(Step::Settle(Outcome::Refused(refused))),
        2 => busy,
        1 => failure().prop_map(|error| Step::Settle(Outcome::Unknown(error))),
        1 => failure().prop_map(|error| Step::Settle(Outcome::NotSent(error))),
        1 => prop_oneof![Just(ErrorKind::Io), Just(ErrorKind::Timeout)]
            .prop_map(|kind| Step::TakeThenFail(error(kind))),
        1 => failure().prop_map(Step::Fail),
        1 => (0..20_000_u64).prop_map(|delay| Step::DeliverAfter(Duration::from_millis(delay))),
        1 => Just(Step::Stall),
        1 => Just(Step::Panic),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (1..30_usize).prop_map(Action::Push),
        3 => proptest::collection::vec(step(), 1..20).prop_map(Action::Script),
        3 => (0..100_000_u64).prop_map(Action::Wait),
        1 => Just(Action::Check),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    let numbers = (1..9_usize, 1..6_usize, 1..9_usize, any::<bool>());
    numbers.prop_map(|(in_flight, batch, sends, is_ordered)| Shape {
        in_flight,
        // The script settles each record by itself, so that only a batch of one keeps its order.
        batch: if is_ordered { 1 } else { batch },
        sends,
        is_ordered,
    })
}

async fn play(shape: Shape, actions: Vec<Action>) {
    let limits = Limits::default()
        .batch(shape.batch, 1 << 20)
        .sends(shape.sends, 1);
    let scripted = Scripted::new([]).with_limits(limits);
    let rig = Rig::start(scripted.clone(), |settings| {
        settings.in_flight = shape.in_flight;
        settings.is_ordered = shape.is_ordered;
        settings.delivery_timeout = Some(Duration::from_secs(300));
    });
    let mut pushed: Vec<(String, Receipt)> = Vec::new();
    let push = |pushed: &mut Vec<(String, Receipt)>| {
        let body = format!("{:05}", pushed.len());
        let receipt = rig.push_tracked(&body);
        pushed.push((body, receipt));
    };
    for action in actions {
        match action {
            Action::Push(count) => (0..count).for_each(|_| push(&mut pushed)),
            // Six panics in a row end the client, which is another test.
            Action::Script(mut steps) => {
                let mut panics = 0;
                steps.retain(|step| {
                    panics += usize::from(matches!(step, Step::Panic));
                    panics <= 1 || !matches!(step, Step::Panic)
                });
                scripted.extend(steps.into_iter().chain([Step::Settle(Outcome::Delivered)]));
            }
            Action::Wait(millis) => tokio::time::sleep(Duration::from_millis(millis)).await, // slow: clock is paused
            Action::Check => rig.check().await.unwrap(),
        }
        rig.assert_balanced();
    }
    scripted.heal();
    push(&mut pushed);
    rig.flush().await;
    rig.assert_balanced();
    assert_eq!(rig.close(Duration::from_secs(5)).await, 0);
    judge(&rig, &scripted, pushed, shape.is_ordered);
}

fn judge(rig: &Rig, scripted: &Scripted, pushed: Vec<(String, Receipt)>, is_ordered: bool) {
    let mut copies: HashMap<String, usize> = HashMap::new();
    let mut first_copies = Vec::new();
    for body in bodies(&scripted.taken()) {
        let times = copies.entry(body.clone()).or_default();
        *times += 1;
        if *times == 1 {
            first_copies.push(body);
        }
    }
    let (mut successes, mut dropped) = (0, 0);
    for (index, (body, receipt)) in pushed.iter().enumerate() {
        let is_last = index + 1 == pushed.len();
        match receipt.fate() {
            Some(Fate::Delivered | Fate::Handed) => {
                assert!(copies.contains_key(body), "{body} is missing");
                successes += 1;
            }
            Some(Fate::Dropped(reason)) => {
                assert!(
                    matches!(reason.reason(), DropReason::Refused | DropReason::Expired),
                    "{reason}"
                );
                assert!(!is_last, "a fresh record no longer gets through: {reason}");
                dropped += 1;
            }
            other => panic!("{body}: {other:?}"),
        }
    }
    assert_eq!(successes, rig.ledger.delivered.get() + rig.ledger.handed.get());
    assert_eq!(
        dropped,
        rig.dropped(DropReason::Refused) + rig.dropped(DropReason::Expired)
    );
    assert!(
        copies
            .keys()
            .all(|body| body.parse::<usize>().unwrap() < pushed.len()),
        "something was made up"
    );
    let duplicates: usize = copies.values().map(|times| times - 1).sum();
    assert!(
        duplicates as u64 <= rig.ledger.retries_in_doubt.get(),
        "{duplicates} duplicates"
    );
    assert_eq!(rig.queue.pending(), 0);
    if is_ordered {
        assert!(first_copies.is_sorted(), "{first_copies:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_accounted_for(shape in shape(), actions in proptest::collection::vec(action(), 1..64)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(play(shape, actions));
    }
}
