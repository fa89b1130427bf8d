//! What is tried again, when, and how often.

use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Limits, Outcome};
use rstest::rstest;

use super::custom::Custom;
use super::rig::{Rig, bodies, error};
use crate::{DropReason, Fate, Health, RetryPolicy};

fn busy(retry_after: Option<u64>) -> Step {
    let error = error(ErrorKind::Busy).with_retry_after(retry_after.map(Duration::from_secs));
    Step::Settle(Outcome::NotSent(error))
}

#[tokio::test(start_paused = true)]
async fn connects_again_after_growing_waits() {
    let scripted = Scripted::new([]).connecting(vec![Err(error(ErrorKind::Connect)); 4]);
    let rig = Rig::start(scripted.clone(), |_| {});
    let receipt = rig.push_tracked("patient");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(receipt.trouble().unwrap().kind(), ErrorKind::Connect);
    assert!(matches!(
        rig.ledger.health(),
        Health::Retrying { failures: 4, .. }
    ));
    rig.flush().await;
    // 0.5 + 1 + 2 + 4
    assert_eq!((rig.seconds(), scripted.connected()), (7.5, 5));
    assert!(matches!(rig.ledger.health(), Health::Healthy));
    assert!(receipt.trouble().is_none());
}

#[rstest]
#[case::as_asked(Some(100), 100.5)]
#[case::up_to_the_cap(Some(9999), 120.5)]
#[case::nothing_asked(None, 0.5)]
#[tokio::test(start_paused = true)]
async fn waits_as_long_as_the_far_end_asks(#[case] retry_after: Option<u64>, #[case] seconds: f64) {
    let scripted = Scripted::new([busy(retry_after)]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push("please wait");
    rig.flush().await;
    assert_eq!((rig.seconds(), scripted.attempts().len()), (seconds, 2));
    assert_eq!(scripted.connected(), 1, "a busy far end is no failed link");
}

#[tokio::test(start_paused = true)]
async fn a_wait_begins_when_the_failure_is_known() {
    let transport = Custom::new(|call, _, report| {
        Box::pin(async move {
            if call == 0 {
                tokio::time::sleep(Duration::from_secs(60)).await;
                report.settle(0, Outcome::NotSent(error(ErrorKind::Busy)));
            }
            report.settle_rest(&Outcome::Delivered);
        })
    });
    let rig = Rig::start(transport, |_| {});
    rig.push("1");
    rig.flush().await;
    assert_eq!(rig.seconds(), 60.5);
}

#[tokio::test(start_paused = true)]
async fn a_policy_without_bounds_does_no_harm() {
    let scripted = Scripted::new([busy(Some(u64::MAX))]);
    let rig = Rig::start(scripted, |settings| {
        let max = Duration::MAX;
        settings.retry = RetryPolicy::default()
            .initial_delay(max)
            .max_delay(max)
            .max_retry_after(max)
            .probe_interval(max);
        settings.delivery_timeout = Some(max);
    });
    rig.push("1");
    assert_eq!(rig.close(Duration::from_secs(3)).await, 1);
    assert_eq!(rig.ledger.panics.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn sends_that_fail_together_are_one_failure() {
    let scripted = Scripted::new(vec![busy(None); 8]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["1", "2", "3", "4", "5", "6", "7", "8"]);
    rig.flush().await;
    assert_eq!((rig.seconds(), scripted.attempts().len()), (0.5, 16));
    assert_eq!(
        bodies(&scripted.taken()),
        ["1", "2", "3", "4", "5", "6", "7", "8"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_among_successes_does_not_slow_the_rest() {
    let script =
        (0..100).flat_map(|_| [vec![Step::Settle(Outcome::Delivered); 9], vec![busy(None)]].concat());
    let scripted = Scripted::new(script);
    let rig = Rig::start(scripted.clone(), |_| {});
    let expected: Vec<String> = (0..900).map(|number| number.to_string()).collect();
    rig.push_all(expected.iter().map(String::as_str));
    rig.flush().await;
    assert_eq!(rig.seconds(), 0.0);
    assert_eq!(rig.ledger.retries.get(), scripted.attempts().len() as u64 - 900);
}

#[tokio::test(start_paused = true)]
async fn only_a_record_in_doubt_can_arrive_twice() {
    let scripted = Scripted::new([
        Step::Settle(Outcome::Unknown(error(ErrorKind::Io))),
        Step::Settle(Outcome::NotSent(error(ErrorKind::Connect))),
        Step::TakeThenFail(error(ErrorKind::Io)),
        Step::Fail(error(ErrorKind::Resolve)),
    ]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push("one");
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["one", "one"]);
    assert_eq!(
        (rig.ledger.retries.get(), rig.ledger.retries_in_doubt.get()),
        (4, 2)
    );
    assert_eq!(rig.ledger.delivered.get(), 1);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_failed_link_is_made_anew_and_keeps_what_was_settled() {
    let delivered = Step::Settle(Outcome::Delivered);
    let scripted = Scripted::new([delivered.clone(), delivered, Step::Fail(error(ErrorKind::Io))])
        .with_limits(Limits::default().batch(5, 1000).sends(1, 1));
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["1", "2", "3", "4", "5"]);
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["1", "2", "3", "4", "5"]);
    assert_eq!(bodies(&scripted.attempts()), ["1", "2", "3", "3", "4", "5"]);
    assert_eq!((scripted.connected(), rig.ledger.retries.get()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn the_other_sends_of_a_failed_link_may_still_succeed() {
    let scripted = Scripted::new([
        Step::DeliverAfter(Duration::from_secs(10)),
        Step::Fail(error(ErrorKind::Io)),
    ]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["slow", "broken"]);
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["broken", "slow"]);
    assert_eq!(rig.ledger.retries.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn ordered_means_that_first_copies_never_overtake() {
    let script = (0..30).flat_map(|_| {
        [
            Step::DeliverAfter(Duration::from_millis(3)),
            Step::Settle(Outcome::Delivered),
            Step::TakeThenFail(error(ErrorKind::Io)),
            busy(None),
        ]
    });
    let scripted = Scripted::new(script).with_limits(Limits::default().sends(8, 1));
    let rig = Rig::start(scripted.clone(), |settings| settings.is_ordered = true);
    let expected: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
    rig.push_all(expected.iter().map(String::as_str));
    rig.flush().await;
    let mut first_copies: Vec<String> = Vec::new();
    for body in bodies(&scripted.taken()) {
        if !first_copies.contains(&body) {
            first_copies.push(body);
        }
    }
    assert_eq!(first_copies, expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_too_old_is_given_up_waiting_or_under_way() {
    let scripted = Scripted::new([Step::Stall]).with_limits(Limits::default());
    let rig = Rig::start(scripted.clone(), |settings| {
        settings.delivery_timeout = Some(Duration::from_secs(100))
    });
    let (under_way, waiting) = (rig.push_tracked("under way"), rig.push_tracked("waiting"));
    for receipt in [under_way, waiting] {
        match receipt.await {
            Fate::Dropped(dropped) => assert_eq!(dropped.reason(), DropReason::Expired),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(rig.seconds(), 100.0);
    rig.push("young");
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["young"]);
    assert_eq!(rig.dropped(DropReason::Expired), 2);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn an_expired_receipt_tells_the_trouble() {
    let scripted = Scripted::new([]).connecting(vec![Err(error(ErrorKind::Resolve)); 1000]);
    let rig = Rig::start(scripted, |settings| {
        settings.delivery_timeout = Some(Duration::from_secs(60))
    });
    let receipt = rig.push_tracked("nowhere to go");
    match receipt.await {
        Fate::Dropped(dropped) => {
            assert_eq!(dropped.trouble().unwrap().kind(), ErrorKind::Resolve);
            assert_eq!(dropped.to_string(), "not delivered, expired: Resolve in a test");
        }
        other => panic!("{other:?}"),
    }
}
