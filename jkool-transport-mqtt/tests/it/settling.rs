//! Each record is settled as soon as the broker says so, whatever the others do.

use std::time::Duration;

use jkool_transport::{Batch, Connect as _, ErrorKind, Outcome, Report, Settlements};
use jkool_transport_mqtt::QualityOfService;
use tokio::time::timeout;

use crate::scripted_broker::{Guest, PUBREL, ScriptedBroker};
use crate::sending::{PATIENCE, letters, numbered, send};

/// The places of the records that were settled since the last call, once there is one.
async fn fresh(settlements: &mut Settlements) -> Vec<usize> {
    timeout(PATIENCE, settlements.changed())
        .await
        .expect("nothing is settled");
    settlements.drain().iter().map(|one| one.index).collect()
}

/// Reads so many publishes: their packet ids.
async fn packet_ids(guest: &mut Guest, count: usize) -> Vec<u16> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(guest.read_publish().await.0);
    }
    ids
}

#[tokio::test]
async fn acknowledgements_out_of_order_settle_the_right_records() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let (report, mut settlements) = Report::new(3);
    let sending = tokio::spawn(async move { link.send(Batch::new(numbered(3)), report).await });
    let ids = packet_ids(&mut guest, 3).await;
    for index in [2, 0, 1] {
        guest.acknowledge(ids[index]).await;
        assert_eq!(fresh(&mut settlements).await, [index]);
    }
    sending.await.unwrap().unwrap();
    assert_eq!(settlements.open(), 0);
}

#[tokio::test]
async fn quality_2_waits_for_the_whole_handshake() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().qos(QualityOfService::ExactlyOnce).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let (report, mut settlements) = Report::new(1);
    let sending = tokio::spawn(async move { link.send(Batch::new(numbered(1)), report).await });
    let (id, _) = guest.read_publish().await;
    guest.answer(0x50, id).await;
    let release = guest.read().await.unwrap();
    assert_eq!(
        (release.kind(), &release.rest[..]),
        (PUBREL, &id.to_be_bytes()[..])
    );
    assert_eq!(settlements.open(), 1, "settled before PUBCOMP");
    guest.answer(0x70, id).await;
    assert_eq!(fresh(&mut settlements).await, [0]);
    sending.await.unwrap().unwrap();
}

#[tokio::test]
async fn no_more_than_the_window_is_under_way_over_all_sends() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(3).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let batches = async { tokio::join!(send(&*link, numbered(2)), send(&*link, numbered(4))) };
    let serving = async {
        let ids = packet_ids(&mut guest, 3).await;
        assert!(guest.is_quiet().await, "a fourth is under way");
        guest.acknowledge(ids[1]).await;
        let more = packet_ids(&mut guest, 1).await;
        assert!(guest.is_quiet().await, "one too many is under way");
        for id in [ids[0], ids[2], more[0]] {
            guest.acknowledge(id).await;
        }
        for id in packet_ids(&mut guest, 2).await {
            guest.acknowledge(id).await;
        }
    };
    let ((first, second), ()) = tokio::join!(batches, serving);
    assert_eq!(
        (letters(&first.1), letters(&second.1)),
        ("dd".into(), "dddd".into())
    );
}

/// rumqttc would stop for good on a packet id that is still in use.
#[tokio::test]
async fn one_late_acknowledgement_stops_neither_the_others_nor_the_link() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(10).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (late, _) = guest.read_publish().await;
        let mut others = 0;
        while !guest.is_quiet().await {
            let (id, _) = guest.read_publish().await;
            assert_ne!(id, late, "a packet id is used twice");
            guest.acknowledge(id).await;
            others += 1;
        }
        guest.acknowledge(late).await;
        for _ in others..2_499 {
            let (id, _) = guest.read_publish().await;
            guest.acknowledge(id).await;
        }
        others
    };
    let ((result, outcomes), others) = tokio::join!(send(&*link, numbered(2_500)), serving);
    result.unwrap();
    assert_eq!(letters(&outcomes), "d".repeat(2_500));
    assert!((500..2_499).contains(&others), "{others} went on");
}

#[tokio::test]
async fn a_slow_broker_is_not_a_dead_one() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .ack_timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        // All but the first wait longer than the time-out, but each comes in time after the one before.
        for id in packet_ids(&mut guest, 5).await {
            tokio::time::sleep(Duration::from_millis(150)).await; // slow: longer than the time-out in sum
            guest.acknowledge(id).await;
        }
    };
    let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(5)), serving);
    result.unwrap();
    assert_eq!(letters(&outcomes), "ddddd");
}

#[tokio::test]
async fn a_forgotten_acknowledgement_ends_the_link_even_if_others_come() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .ack_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        for id in packet_ids(&mut guest, 4).await.into_iter().skip(1) {
            tokio::time::sleep(Duration::from_millis(20)).await; // slow: one by one
            guest.acknowledge(id).await;
        }
        assert_eq!(guest.read_to_end().await, 0);
    };
    let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(4)), serving);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(letters(&outcomes), "uddd");
}

#[tokio::test]
async fn what_a_cancelled_send_had_not_begun_is_not_sent() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(1).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let records = numbered(4);
    let first = send(&*link, [records[0].clone()]);
    let cancelled = async {
        let (report, settlements) = Report::new(2);
        let batch = Batch::new([records[1].clone(), records[2].clone()]);
        let given_up = timeout(Duration::from_millis(50), link.send(batch, report)).await;
        assert!(given_up.is_err());
        settlements.finish(None)
    };
    let serving = async {
        let first = guest.read_publish().await;
        assert!(guest.is_quiet().await);
        guest.acknowledge(first.0).await;
        let last = guest.read_publish().await;
        guest.acknowledge(last.0).await;
        [first.1, last.1]
    };
    let sending = async {
        let (first, cancelled) = tokio::join!(first, cancelled);
        (first, cancelled, send(&*link, [records[3].clone()]).await)
    };
    let ((first, cancelled, last), bodies) = tokio::join!(sending, serving);
    assert_eq!((letters(&first.1), letters(&last.1)), ("d".into(), "d".into()));
    assert!(
        cancelled
            .iter()
            .all(|one| matches!(one.outcome, Outcome::Unknown(_)))
    );
    assert_eq!(bodies, [r#"{"msg-text":"0"}"#, r#"{"msg-text":"3"}"#]);
}

/// The one that was under way is not undone, and its late acknowledgement confuses nobody.
#[tokio::test]
async fn the_acknowledgement_of_a_cancelled_record_is_nobody_elses() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let records = numbered(2);
    let (report, _settlements) = Report::new(1);
    let batch = Batch::new([records[0].clone()]);
    let sending = link.send(batch, report);
    let (given_up, first) = tokio::join!(timeout(Duration::from_millis(50), sending), guest.read_publish());
    assert!(given_up.is_err());
    let (report, mut settlements) = Report::new(1);
    let batch = Batch::new([records[1].clone()]);
    let serving = async {
        let second = guest.read_publish().await;
        guest.acknowledge(first.0).await;
        assert!(guest.is_quiet().await);
        assert_eq!(
            settlements.drain().len(),
            0,
            "settled by another's acknowledgement"
        );
        guest.acknowledge(second.0).await;
        assert_eq!(fresh(&mut settlements).await, [0]);
    };
    let (result, ()) = tokio::join!(link.send(batch, report), serving);
    result.unwrap();
}
