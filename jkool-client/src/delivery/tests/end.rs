//! Closing in time, and giving up.

use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Limits, Outcome};

use super::rig::{Rig, bodies, error};
use crate::{DropReason, Fate, Health};

const TWO_SECONDS: Duration = Duration::from_secs(2);

#[tokio::test(start_paused = true)]
async fn closing_delivers_what_is_queued() {
    let scripted = Scripted::new(vec![Step::DeliverAfter(Duration::from_millis(10)); 20]);
    let rig = Rig::start(scripted.clone(), |_| {});
    (0..20).for_each(|number| rig.push(&number.to_string()));
    assert_eq!(rig.close(TWO_SECONDS).await, 0);
    assert_eq!(scripted.taken().len(), 20);
    assert!(matches!(rig.ledger.health(), Health::Closed));
    assert_eq!(rig.close(TWO_SECONDS).await, 0, "closed is closed");
    rig.flush().await;
}

#[tokio::test(start_paused = true)]
async fn closing_ends_in_time_and_counts_what_is_left() {
    let scripted =
        Scripted::new([Step::Settle(Outcome::Delivered), Step::Stall]).with_limits(Limits::default());
    let rig = Rig::start(scripted, |_| {});
    rig.push("delivered");
    let (stalled, waiting) = (rig.push_tracked("stalled"), rig.push_tracked("waiting"));
    assert_eq!(rig.close(TWO_SECONDS).await, 2);
    assert_eq!(rig.seconds(), 2.0);
    for receipt in [stalled, waiting] {
        match receipt.fate() {
            Some(Fate::Dropped(dropped)) => assert_eq!(dropped.reason(), DropReason::Closed),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        (
            rig.ledger.delivered.get(),
            rig.dropped(DropReason::Closed),
            rig.queue.pending()
        ),
        (1, 2, 0)
    );
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn what_was_settled_before_a_cancelled_send_stays_settled() {
    let limits = Limits::default().batch(3, 1000);
    let scripted = Scripted::new([Step::Settle(Outcome::Delivered), Step::Stall]).with_limits(limits);
    let rig = Rig::start(scripted, |_| {});
    rig.push_all(["1", "2", "3"]);
    assert_eq!(rig.close(Duration::ZERO).await, 3, "nothing was tried yet");
    let scripted = Scripted::new([Step::Settle(Outcome::Delivered), Step::Stall]).with_limits(limits);
    let rig = Rig::start(scripted, |_| {});
    rig.push_all(["1", "2", "3"]);
    tokio::time::sleep(TWO_SECONDS).await;
    assert_eq!(
        (rig.close(Duration::ZERO).await, rig.ledger.delivered.get()),
        (2, 1)
    );
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn closing_tries_once_more_whatever_the_present_wait() {
    for (kind, connects) in [(ErrorKind::Connect, 8), (ErrorKind::Unauthorized, 1)] {
        let scripted = Scripted::new([]).connecting(vec![Err(error(kind)); connects]);
        let rig = Rig::start(scripted.clone(), |_| {});
        rig.push("last chance");
        // After eight failures the next wait is a minute.
        tokio::time::sleep(Duration::from_millis(63_600)).await;
        scripted.heal();
        let before = rig.seconds();
        assert_eq!(rig.close(TWO_SECONDS).await, 0, "{kind:?}");
        assert_eq!(rig.seconds(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn each_closer_is_answered_in_its_own_time() {
    let scripted = Scripted::new([Step::DeliverAfter(Duration::from_secs(5))]);
    let rig = Rig::start(scripted, |_| {});
    rig.push("slow");
    let impatient = async { (rig.close(Duration::from_secs(1)).await, rig.seconds()) };
    let patient = async { (rig.close(Duration::from_secs(10)).await, rig.seconds()) };
    assert_eq!(tokio::join!(impatient, patient), ((1, 1.0), (0, 5.0)));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_transport_is_contained() {
    let scripted = Scripted::new([Step::Panic, Step::Settle(Outcome::Delivered), Step::Panic]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push_all(["1", "2", "3"]);
    rig.flush().await;
    let mut taken = bodies(&scripted.taken());
    taken.sort();
    assert_eq!(taken, ["1", "2", "3"]);
    assert_eq!((rig.ledger.panics.get(), rig.ledger.delivered.get()), (2, 3));
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn too_many_panics_in_a_row_disable_the_client() {
    let scripted = Scripted::new(vec![Step::Panic; 6]);
    let rig = Rig::start(scripted, |settings| settings.in_flight = 1);
    let receipt = rig.push_tracked("poison");
    rig.push("innocent");
    match receipt.await {
        Fate::Dropped(dropped) => assert_eq!(dropped.reason(), DropReason::Disabled),
        other => panic!("{other:?}"),
    }
    rig.flush().await;
    assert!(matches!(rig.ledger.health(), Health::Disabled));
    assert_eq!(
        (rig.ledger.panics.get(), rig.dropped(DropReason::Disabled)),
        (6, 2)
    );
    assert_eq!(rig.close(TWO_SECONDS).await, 2);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_is_abandoned_leaves_its_books_balanced() {
    let (rig, delivery) = Rig::build(Scripted::new([]), |_| {}, Box::new(|| 1.0));
    let receipt = rig.push_tracked("1");
    rig.push("2");
    delivery.abandon();
    match receipt.fate() {
        Some(Fate::Dropped(dropped)) => assert_eq!(dropped.reason(), DropReason::Disabled),
        other => panic!("{other:?}"),
    }
    assert_eq!((rig.dropped(DropReason::Disabled), rig.queue.pending()), (2, 0));
    assert!(matches!(rig.ledger.health(), Health::Disabled));
    rig.flush().await;
    assert_eq!(rig.close(TWO_SECONDS).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_check_needs_no_event_and_disturbs_none() {
    let scripted = Scripted::new([]).connecting([Err(error(ErrorKind::Resolve))]);
    let rig = Rig::start(scripted.clone(), |_| {});
    assert_eq!(rig.check().await.unwrap_err().kind(), ErrorKind::Resolve);
    rig.check().await.unwrap();
    assert!(scripted.attempts().is_empty());
    rig.push("event");
    rig.flush().await;
    rig.check().await.unwrap();
    assert_eq!(scripted.connected(), 3, "a check uses the link if there is one");
    assert_eq!(rig.close(TWO_SECONDS).await, 0);
    assert_eq!(rig.check().await.unwrap_err().kind(), ErrorKind::Closed);
}
