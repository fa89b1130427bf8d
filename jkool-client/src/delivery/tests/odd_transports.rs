//! Transports that do what no transport should.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jkool_transport::Outcome;

use super::custom::Custom;
use super::rig::Rig;
use crate::DropReason;

#[tokio::test(start_paused = true)]
async fn one_that_drops_its_report_and_dawdles_is_waited_for_without_spinning() {
    let transport = Custom::new(|_, _, report| {
        report.settle(0, Outcome::Delivered);
        drop(report);
        Box::pin(tokio::time::sleep(Duration::from_secs(3)))
    });
    let rig = Rig::start(transport, |_| {});
    rig.push("1");
    rig.flush().await;
    assert_eq!(
        rig.seconds(),
        0.0,
        "the record was settled long before the call returned"
    );
    assert_eq!(rig.close(Duration::from_secs(5)).await, 0);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn one_that_forgets_a_record_gets_it_again() {
    let transport = Custom::new(|call, batch, report| {
        Box::pin(async move {
            let settled = if call == 0 { 0..1 } else { 0..batch.len() };
            settled.for_each(|index| report.settle(index, Outcome::Delivered));
        })
    });
    let rig = Rig::start(transport.clone(), |_| {});
    rig.push_all(["1", "2", "3"]);
    rig.flush().await;
    assert_eq!(
        (
            transport.calls.load(Ordering::Relaxed),
            rig.ledger.delivered.get()
        ),
        (2, 3)
    );
    assert_eq!(rig.ledger.retries_in_doubt.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_that_keeps_its_report_for_ever_ends_with_the_delivery_timeout() {
    let transport = Custom::new(|_, _, report| {
        Box::pin(async move {
            let _report = report;
            std::future::pending().await
        })
    });
    let rig = Rig::start(transport, |settings| {
        settings.delivery_timeout = Some(Duration::from_secs(10))
    });
    rig.push_all(["1", "2", "3"]);
    rig.flush().await;
    assert_eq!((rig.seconds(), rig.dropped(DropReason::Expired)), (10.0, 3));
}

#[tokio::test(start_paused = true)]
async fn one_that_stalls_is_given_up_and_blocks_the_others_no_longer() {
    let transport = Custom::new(|call, batch, report| {
        Box::pin(async move {
            if call == 0 {
                // A slow transport is not a stalled one, as long as something moves.
                report.settle(0, Outcome::Delivered);
                tokio::time::sleep(Duration::from_secs(100)).await;
                report.settle(1, Outcome::Delivered);
                std::future::pending::<()>().await;
            }
            (0..batch.len()).for_each(|index| report.settle(index, Outcome::Delivered));
        })
    });
    let rig = Rig::start(transport.clone(), |settings| settings.in_flight = 1);
    rig.push_all(["1", "2", "3", "4"]);
    rig.flush().await;
    assert_eq!((rig.seconds(), rig.ledger.delivered.get()), (220.5, 4));
    assert_eq!(
        (rig.ledger.connections.get(), rig.ledger.retries_in_doubt.get()),
        (2, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn one_whose_farewell_hangs_does_not_hold_up_the_end() {
    let transport = Custom::new(|_, batch, report| {
        Box::pin(async move { (0..batch.len()).for_each(|index| report.settle(index, Outcome::Delivered)) })
    });
    let rig = Rig::start(transport, |_| {});
    rig.push("1");
    rig.flush().await;
    assert_eq!(rig.close(Duration::from_secs(2)).await, 0);
    assert_eq!(rig.seconds(), 2.0);
}

#[tokio::test(start_paused = true)]
async fn one_whose_check_panics_is_answered_for() {
    let rig = Rig::start(Custom::new(|_, _, _| Box::pin(std::future::ready(()))), |_| {});
    assert!(rig.check().await.unwrap_err().to_string().contains("panicked"));
}
