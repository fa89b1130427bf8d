//! Holds, alarms and probes.

use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Limits, Outcome, Refusal, RefusalKind};
use rstest::rstest;

use super::custom::Custom;
use super::rig::{Rig, bodies, error};
use crate::{DropReason, Health, HoldCause};

fn unauthorized() -> Step {
    Step::Settle(Outcome::NotSent(error(ErrorKind::Unauthorized)))
}

fn refused() -> Step {
    Step::Settle(Outcome::Refused(Refusal::new(
        RefusalKind::Invalid,
        "no such repository",
    )))
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_holds_everything_and_loses_nothing() {
    // The eight sends of the start, then nine probes in ten minutes.
    let scripted = Scripted::new(vec![unauthorized(); 8 + 9]);
    let rig = Rig::start(scripted.clone(), |_| {});
    let expected: Vec<String> = (0..100).map(|number| format!("{number:02}")).collect();
    rig.push_all(expected.iter().map(String::as_str));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(scripted.attempts().len(), 8);
    assert!(matches!(rig.ledger.health(), Health::Holding { .. }));
    tokio::time::sleep(Duration::from_secs(9 * 60)).await;
    assert_eq!(scripted.attempts().len(), 8 + 9);
    assert!(
        bodies(&scripted.attempts()[8..]).iter().all(|body| body == "00"),
        "the oldest record probes"
    );
    assert_eq!(
        scripted.connected(),
        1 + 9,
        "each probe has a connection, and with it a token, of its own"
    );
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), expected);
    assert_eq!(rig.seconds(), 600.0);
    let alarms = rig.alarms.lock().unwrap();
    assert_eq!(alarms.len(), 1);
    assert_eq!(
        alarms[0].to_string(),
        "streaming to scripted is on hold, 100 events wait: Unauthorized in a test"
    );
    assert!(matches!(rig.ledger.health(), Health::Healthy));
    rig.assert_balanced();
}

#[rstest]
#[case(ErrorKind::Unauthorized)]
#[case(ErrorKind::Tls)]
#[case(ErrorKind::Config)]
#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_made_holds_too(#[case] kind: ErrorKind) {
    let scripted =
        Scripted::new([]).connecting([Err(error(kind)), Err(error(ErrorKind::Connect)), Err(error(kind))]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push("wait for me");
    rig.flush().await;
    assert_eq!((rig.seconds(), scripted.connected()), (180.0, 4));
    assert_eq!(rig.alarms.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_hold_has_its_alarm() {
    let scripted = Scripted::new([unauthorized(), Step::Settle(Outcome::Delivered), unauthorized()]);
    let rig = Rig::start(scripted, |settings| settings.in_flight = 1);
    rig.push_all(["1", "2"]);
    rig.flush().await;
    assert_eq!((rig.alarms.lock().unwrap().len(), rig.ledger.holds.get()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_successful_check_lets_the_hold_probe_at_once() {
    let scripted = Scripted::new([unauthorized()]);
    let rig = Rig::start(scripted, |_| {});
    rig.push("1");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(rig.alarms.lock().unwrap().len(), 1);
    rig.check().await.unwrap();
    rig.flush().await;
    assert_eq!(rig.seconds(), 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_late_word_from_before_the_hold_starts_no_other() {
    let transport = Custom::new(|call, _, report| {
        Box::pin(async move {
            let outcome = match call {
                0 => {
                    tokio::time::sleep(Duration::from_secs(100)).await;
                    Outcome::NotSent(error(ErrorKind::Unauthorized))
                }
                1 => Outcome::NotSent(error(ErrorKind::Unauthorized)),
                _ => Outcome::Delivered,
            };
            report.settle(0, outcome);
        })
    });
    let rig = Rig::start(transport.with_limits(Limits::default().sends(2, 1)), |_| {});
    rig.push_all(["slow", "fast"]);
    rig.flush().await;
    assert_eq!((rig.seconds(), rig.ledger.delivered.get()), (100.0, 2));
    assert_eq!(rig.alarms.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn twenty_refusals_in_a_row_mean_that_the_records_are_not_at_fault() {
    let scripted = Scripted::new(vec![refused(); 21]);
    let rig = Rig::start(scripted.clone(), |settings| settings.in_flight = 1);
    let all: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    rig.push_all(all.iter().map(String::as_str));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!((rig.dropped(DropReason::Refused), rig.queue.pending()), (20, 10));
    match rig.alarms.lock().unwrap()[0].cause() {
        HoldCause::Refusals { count: 20, .. } => {}
        other => panic!("{other:?}"),
    }
    rig.flush().await;
    assert_eq!(
        (rig.dropped(DropReason::Refused), rig.ledger.delivered.get()),
        (21, 9)
    );
    assert_eq!((rig.seconds(), rig.alarms.lock().unwrap().len()), (120.0, 1));
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn refusals_among_successes_are_no_hold() {
    let script = (0..40).flat_map(|_| [refused(), refused(), Step::Settle(Outcome::Delivered)]);
    let scripted = Scripted::new(script);
    let rig = Rig::start(scripted, |_| {});
    (0..120).for_each(|number| rig.push(&number.to_string()));
    rig.flush().await;
    assert_eq!(
        (rig.dropped(DropReason::Refused), rig.ledger.holds.get()),
        (80, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_alarm_callback_is_contained() {
    let scripted = Scripted::new([unauthorized()]);
    let rig = Rig::start(scripted.clone(), |settings| {
        settings.hooks.on_alarm = Some(Box::new(|_| panic!("a bug of the host")));
    });
    rig.push("survives");
    rig.flush().await;
    assert_eq!(bodies(&scripted.taken()), ["survives"]);
    assert_eq!(rig.ledger.panics.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_token_ends_the_hold_at_once() {
    let scripted = Scripted::new([unauthorized()]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push("1");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((rig.alarms.lock().unwrap().len(), scripted.connected()), (1, 1));
    rig.renew();
    rig.flush().await;
    assert_eq!((rig.seconds(), scripted.connected()), (1.0, 2));
    assert_eq!(rig.healths(), ["Holding", "Healthy"]);
}

#[tokio::test(start_paused = true)]
async fn a_late_word_about_the_old_token_starts_no_other_hold() {
    let transport = Custom::new(|call, _, report| {
        Box::pin(async move {
            if call == 0 {
                tokio::time::sleep(Duration::from_secs(5)).await;
                report.settle(0, Outcome::NotSent(error(ErrorKind::Unauthorized)));
            }
            report.settle_rest(&Outcome::Delivered);
        })
    });
    let rig = Rig::start(transport, |_| {});
    rig.push("sent with the old token");
    tokio::time::sleep(Duration::from_secs(1)).await;
    rig.renew();
    rig.flush().await;
    assert_eq!((rig.seconds(), rig.ledger.connections.get()), (5.0, 2));
    assert_eq!((rig.ledger.holds.get(), rig.ledger.delivered.get()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn the_host_hears_of_each_change_once() {
    let refused_connects = vec![Err(error(ErrorKind::Connect)); 3];
    let scripted =
        Scripted::new([Step::Settle(Outcome::Delivered), unauthorized()]).connecting(refused_connects);
    let rig = Rig::start(scripted, |settings| settings.in_flight = 1);
    rig.push_all(["1", "2"]);
    rig.flush().await;
    assert_eq!(rig.close(Duration::from_secs(1)).await, 0);
    assert_eq!(
        rig.healths(),
        ["Retrying", "Healthy", "Holding", "Healthy", "Closed"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_trouble_is_as_old_as_its_first_failure() {
    let script = [busy(), busy(), busy(), unauthorized(), Step::Stall];
    let rig = Rig::start(Scripted::new(script), |_| {});
    rig.push("1");
    tokio::time::sleep(Duration::from_secs(30)).await;
    match rig.ledger.health() {
        Health::Holding { since, .. } => assert_eq!(since.elapsed().as_secs(), 0, "the clock is paused"),
        other => panic!("{other:?}"),
    }
}

fn busy() -> Step {
    Step::Settle(Outcome::NotSent(error(ErrorKind::Busy)))
}
