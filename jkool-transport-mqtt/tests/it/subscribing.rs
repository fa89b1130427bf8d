//! What others publish is received, until the connection ends.

use std::time::{Duration, Instant};

use jkool_transport::{Batch, Connect as _, ErrorKind, Record, Report};
use jkool_transport_mqtt::{Mqtt, Subscription};
use tokio::time::timeout;

use crate::mosquitto::{Door, Mosquitto};
use crate::sending::{PATIENCE, numbered};

fn mqtt(port: u16) -> Mqtt {
    Mqtt::builder(format!("127.0.0.1:{port}"))
        .max_packet_bytes(4 << 20)
        .build()
        .unwrap()
}

async fn publish(port: u16, records: &[Record]) {
    let link = mqtt(port).connect().await.unwrap();
    for chunk in records.chunks(100) {
        let (report, _settlements) = Report::new(chunk.len());
        link.send(Batch::new(chunk), report).await.unwrap();
    }
    link.close(Instant::now() + PATIENCE).await.unwrap();
}

async fn next(subscription: &mut Subscription) -> (String, Vec<u8>) {
    let publication = timeout(PATIENCE, subscription.next())
        .await
        .expect("nothing arrives")
        .unwrap();
    (publication.topic, publication.body.to_vec())
}

#[tokio::test]
async fn messages_arrive_in_order_with_their_topics() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let mut subscription = mqtt(mosquitto.port).subscribe("#").await.unwrap();
    let mut records = numbered(500);
    // More than the usual packet of rumqttc.
    records.push(Record::new(
        jkool_model::EntityKind::Event,
        "large",
        vec![b'x'; 3 << 20],
    ));
    let receiving = async {
        for record in &records {
            let (topic, body) = next(&mut subscription).await;
            assert_eq!(
                (topic.as_str(), body.len()),
                (&*record.channel, record.body.len())
            );
            assert_eq!(body, record.body);
        }
    };
    tokio::join!(receiving, publish(mosquitto.port, &records));
    subscription.close(Instant::now() + PATIENCE).await;
}

#[tokio::test]
async fn an_interrupted_wait_loses_nothing() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let mut subscription = mqtt(mosquitto.port).subscribe("#").await.unwrap();
    let records = numbered(2_000);
    let receiving = async {
        let mut received = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        while received.len() < records.len() && Instant::now() < deadline {
            if let Ok(publication) = timeout(Duration::from_micros(50), subscription.next()).await {
                received.push(publication.unwrap().body);
            }
        }
        received
    };
    let (received, ()) = tokio::join!(receiving, publish(mosquitto.port, &records));
    let expected: Vec<_> = records.iter().map(|record| record.body.clone()).collect();
    assert_eq!(received, expected);
}

#[tokio::test]
async fn only_the_topics_of_the_filter() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let mut subscription = mqtt(mosquitto.port).subscribe("orders/+").await.unwrap();
    let record = |channel: &'static str| Record::new(jkool_model::EntityKind::Event, channel, "{}");
    publish(
        mosquitto.port,
        &[record("stock/a"), record("orders/a/b"), record("orders/c")],
    )
    .await;
    assert_eq!(next(&mut subscription).await.0, "orders/c");
}

#[tokio::test]
async fn the_end_of_the_connection_is_told_once() {
    let Some(mut mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let mut subscription = mqtt(mosquitto.port).subscribe("#").await.unwrap();
    mosquitto.kill();
    let error = timeout(PATIENCE, subscription.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    let error = subscription.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    let error = mqtt(mosquitto.port).subscribe("#").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
}

#[tokio::test]
async fn a_filter_that_is_none_is_told_before_anything_else() {
    let error = mqtt(1).subscribe("a/#/b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("the topic filter has #"), "{error}");
}
