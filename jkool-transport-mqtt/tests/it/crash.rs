//! mosquitto dies in the middle of a stream: with the retries of a client, nothing is lost at quality of service 1.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use jkool_transport::{Batch, Connect as _, Outcome, Record, Report, Transport};
use jkool_transport_mqtt::Mqtt;

use crate::mosquitto::{Door, Mosquitto};
use crate::sending::{PATIENCE, numbered};
use crate::spy::Spy;

/// Sends chunk after chunk until all are sent or the link fails; gives back what was not delivered.
async fn stream(link: &dyn Transport, records: &[Record], delivered: &AtomicUsize) -> Vec<Record> {
    let mut left = Vec::new();
    let mut has_failed = false;
    for chunk in records.chunks(100) {
        if has_failed {
            left.extend_from_slice(chunk);
            continue;
        }
        let (report, settlements) = Report::new(chunk.len());
        let sending = link.send(Batch::new(chunk), report);
        let result = tokio::time::timeout(PATIENCE, sending).await.expect("send hangs");
        has_failed = result.is_err();
        for one in settlements.finish(Some(result)) {
            match one.outcome {
                Outcome::Delivered => {
                    delivered.fetch_add(1, Ordering::Relaxed);
                }
                Outcome::NotSent(_) | Outcome::Unknown(_) => left.push(chunk[one.index].clone()),
                other => panic!("{other:?}"),
            }
        }
    }
    left
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_dies_loses_nothing() {
    let Some(mut mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let spy = Spy::listen(mosquitto.spy_port).await;
    let mqtt = Mqtt::builder(format!("127.0.0.1:{}", mosquitto.port))
        .build()
        .unwrap();
    let records = numbered(10_000);
    let delivered = AtomicUsize::new(0);

    let link = mqtt.connect().await.unwrap();
    let (left, ()) = tokio::join!(stream(&*link, &records, &delivered), async {
        spy.wait_for(1_000).await;
        mosquitto.kill();
    });
    assert!(!left.is_empty(), "the stream was over before the broker died");
    assert_eq!(left.len() + delivered.load(Ordering::Relaxed), records.len());

    spy.through(|| mosquitto.restart()).await;
    let link = mqtt.connect().await.unwrap();
    let left = stream(&*link, &left, &delivered).await;
    assert!(left.is_empty(), "{} are left", left.len());
    assert_eq!(delivered.load(Ordering::Relaxed), records.len());

    spy.wait_for(records.len()).await;
    let arrived: HashSet<Bytes> = spy.bodies().into_iter().collect();
    let missing = records
        .iter()
        .filter(|record| !arrived.contains(&record.body))
        .count();
    assert_eq!(missing, 0);
    // At most one window is sent twice.
    assert!(
        spy.bodies().len() <= records.len() + 100,
        "{}",
        spy.bodies().len()
    );
}
