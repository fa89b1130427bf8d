//! Delivery against scripted transports, on a paused clock.

mod custom;
mod end;
mod herd;
mod hold;
mod latency;
mod model;
mod odd_transports;
mod retry;
pub(crate) mod rig;
#[cfg(feature = "spool")]
mod spool_model;
#[cfg(feature = "spool")]
mod spooling;

use std::time::Duration;

use jkool_transport::testing::{Recording, Scripted, Step};
use jkool_transport::{Limits, Outcome, Refusal, RefusalKind};

use crate::{DropReason, Fate};
use rig::{Rig, bodies};

#[tokio::test(start_paused = true)]
async fn delivers_everything_once_and_in_order() {
    let recording = Recording::new();
    let rig = Rig::start(recording.clone(), |_| {});
    let expected: Vec<String> = (0..1000).map(|number| format!("record {number}")).collect();
    rig.push_all(expected.iter().map(String::as_str));
    rig.flush().await;
    assert_eq!(recording.bodies(), expected);
    assert_eq!(rig.queue.pending(), 0);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_parked_worker_wakes_for_the_next_record() {
    let recording = Recording::new();
    let rig = Rig::start(recording.clone(), |_| {});
    for number in 1..=3 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        rig.push("late");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(recording.records().len(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn sends_overlap_as_the_limits_allow() {
    let slow = |count| vec![Step::DeliverAfter(Duration::from_secs(1)); count];
    for (in_flight, max_sends, seconds) in [(8, 8, 1.0), (4, 8, 2.0), (8, 2, 4.0), (100, 1, 8.0)] {
        let scripted = Scripted::new(slow(8)).with_limits(Limits::default().sends(max_sends, 1));
        let rig = Rig::start(scripted, |settings| settings.in_flight = in_flight);
        rig.push_all(["1", "2", "3", "4", "5", "6", "7", "8"]);
        rig.flush().await;
        assert_eq!(
            rig.seconds(),
            seconds,
            "in flight {in_flight}, at most {max_sends}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn batches_hold_what_the_limits_allow() {
    let scripted = Scripted::new([]).with_limits(Limits::default().batch(3, 10).sends(1, 1));
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["12345", "67890", "x", "a record larger than a batch", "y"]);
    rig.flush().await;
    assert_eq!(
        bodies(&scripted.taken()),
        ["12345", "67890", "x", "a record larger than a batch", "y"]
    );
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_refused_record_is_a_dead_letter_and_blocks_nothing() {
    let refusal = Refusal::new(RefusalKind::Invalid, "no such type");
    let scripted = Scripted::new([Step::Settle(Outcome::Refused(refusal.clone()))]);
    let rig = Rig::start(scripted.clone(), |_| {});
    let receipt = rig.push_tracked("bad");
    rig.push("good");
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["good"]);
    assert_eq!(
        (rig.dropped(DropReason::Refused), rig.ledger.delivered.get()),
        (1, 1)
    );
    let dead_letters = rig.dead_letters.lock().unwrap().clone();
    assert_eq!(
        (&dead_letters[0].body()[..], dead_letters[0].channel()),
        (&b"bad"[..], "test")
    );
    assert_eq!(dead_letters[0].refusal(), &refusal);
    match receipt.await {
        Fate::Dropped(dropped) => assert_eq!(dropped.refusal(), Some(&refusal)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_link_can_carry_is_a_dead_letter() {
    let scripted = Scripted::new([]).with_limits(Limits::default().record_bytes(5));
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["short", "too long", "tiny"]);
    rig.flush().await;
    assert_eq!(bodies(&scripted.attempts()), ["short", "tiny"]);
    assert_eq!(
        rig.dead_letters.lock().unwrap()[0].refusal().kind(),
        RefusalKind::TooLarge
    );
}

#[tokio::test(start_paused = true)]
async fn handed_over_is_not_delivered() {
    let scripted = Scripted::new([Step::Settle(Outcome::Handed)]);
    let rig = Rig::start(scripted, |_| {});
    let receipt = rig.push_tracked("fire and forget");
    assert!(matches!(receipt.await, Fate::Handed));
    assert_eq!((rig.ledger.handed.get(), rig.ledger.delivered.get()), (1, 0));
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_flush_waits_for_what_came_before_it_only() {
    let scripted = Scripted::new([Step::DeliverAfter(Duration::from_secs(5)), Step::Stall]);
    let rig = Rig::start(scripted, |_| {});
    rig.push("before");
    let flushed = async {
        rig.flush().await;
        rig.seconds()
    };
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        rig.push("after, and stalled");
    };
    assert_eq!(tokio::join!(flushed, later).0, 5.0);
}
