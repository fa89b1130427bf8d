//! What is known, and what is not, when a connection breaks.

use std::time::Duration;

use jkool_transport::{Connect as _, ErrorKind};
use jkool_transport_mqtt::QualityOfService;

use crate::scripted_broker::{PINGREQ, ScriptedBroker};
use crate::sending::{letters, numbered, send};

#[tokio::test]
async fn what_was_written_is_in_doubt_and_what_waited_is_not() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(3).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (first, _) = guest.read_publish().await;
        guest.acknowledge(first).await;
        for _ in 0..3 {
            guest.read_publish().await;
        }
        drop(guest);
    };
    let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(6)), serving);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert_eq!(letters(&outcomes), "duuunn");

    // The link stays dead, and says so without a doubt about what comes later.
    let (result, outcomes) = send(&*link, numbered(2)).await;
    assert_eq!(result.unwrap_err().to_string(), error.to_string());
    assert_eq!(letters(&outcomes), "nn");
    assert!(link.check().await.is_err());
    assert!(!broker.is_visited().await, "it connects again by itself");

    // A new one begins anew.
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (id, _) = guest.read_publish().await;
        guest.acknowledge(id).await;
    };
    let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(1)), serving);
    result.unwrap();
    assert_eq!(letters(&outcomes), "d");
}

/// The end of a connection comes with the last acknowledgements, and must not hide them.
#[tokio::test]
async fn acknowledgements_just_before_the_end_count() {
    for _ in 0..20 {
        let broker = ScriptedBroker::start().await;
        let mqtt = broker.mqtt().build().unwrap();
        let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
        let link = link.unwrap();
        let serving = async {
            let mut acknowledgements = Vec::new();
            for _ in 0..6 {
                let (id, _) = guest.read_publish().await;
                acknowledgements.extend([0x40, 2, (id >> 8) as u8, id as u8]);
            }
            guest.write(&acknowledgements[..5 * 4]).await;
            drop(guest);
        };
        let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(6)), serving);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(letters(&outcomes), "dddddu");
    }
}

#[tokio::test]
async fn no_acknowledgement_in_time_ends_the_link() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .ack_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async { guest.read_to_end().await };
    let ((result, outcomes), packets) = tokio::join!(send(&*link, numbered(3)), serving);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("within 200ms"), "{error}");
    assert_eq!((letters(&outcomes).as_str(), packets), ("uuu", 3));
}

#[tokio::test]
async fn a_host_that_answers_no_ping_is_dead() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().keepalive(Duration::from_secs(1)).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    assert_eq!(guest.read().await.unwrap().kind(), PINGREQ);
    assert_eq!(guest.read_to_end().await, 0);
    let (result, outcomes) = send(&*link, numbered(1)).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(letters(&outcomes), "n");
}

/// A peer that takes no data fills the socket; the write that gets stuck counts as written.
#[tokio::test]
async fn a_host_that_takes_no_data_is_dead() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .qos(QualityOfService::AtMostOnce)
        .ack_timeout(Duration::from_millis(200))
        .max_packet_bytes(64 << 20)
        .build()
        .unwrap();
    let (link, _guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let mut records = numbered(3);
    records[1].body = vec![b'x'; 32 << 20].into();
    let (result, outcomes) = send(&*link, records).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(letters(&outcomes), "hun");
}

#[tokio::test]
async fn an_acknowledgement_that_nobody_asked_for_ends_the_link() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (id, _) = guest.read_publish().await;
        guest.acknowledge(id + 1).await;
        guest.read_to_end().await
    };
    let ((result, outcomes), _) = tokio::join!(send(&*link, numbered(1)), serving);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(letters(&outcomes), "u");
}

#[tokio::test]
async fn a_dropped_link_leaves_nothing_behind() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 1);
    drop(link);
    assert_eq!(guest.read_to_end().await, 0);
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 0);
}

/// A client's worker may lose its runtime while a send runs elsewhere.
#[test]
fn the_end_of_the_runtime_ends_a_send() {
    let elsewhere = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let worker = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    elsewhere.block_on(async {
        let broker = ScriptedBroker::start().await;
        let mqtt = broker.mqtt().build().unwrap();
        let connecting = worker.spawn(async move { mqtt.connect().await });
        let (link, mut guest) = tokio::join!(connecting, broker.welcome());
        let link = link.unwrap().unwrap();
        let serving = async {
            guest.read_publish().await;
            worker.shutdown_background();
        };
        let ((result, outcomes), ()) = tokio::join!(send(&*link, numbered(1)), serving);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(letters(&outcomes), "u");
    });
}
