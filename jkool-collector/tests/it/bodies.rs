//! What is taken as an entity, and what is not.

use std::time::Duration;

use jkool_collector::{Collector, TakeError};
use jkool_model::EntityKind;
use rstest::rstest;

use crate::wire::{Wire, bodies, request};

#[rstest]
#[case("/", r#"{"type":"EVENT","operation":"a"}"#, EntityKind::Event)]
#[case("/", r#"{"operation":"no type"}"#, EntityKind::Event)]
#[case(
    "/",
    r#"{"type":"ACTIVITY","operation":"a","status":"END"}"#,
    EntityKind::Activity
)]
#[case(
    "/JESL",
    r#"{"type":"SNAPSHOT","name":"a","properties":[]}"#,
    EntityKind::Snapshot
)]
#[case("/JESL/dataset", r#"{"type":"DATASET","name":"a"}"#, EntityKind::Dataset)]
#[case(
    "/log",
    r#"{"type":"EVENT","operation":"log","msg-text":"m"}"#,
    EntityKind::LogEntry
)]
#[case("/jesl/Activity/?x=y", r#"{"operation":"a"}"#, EntityKind::Activity)]
#[tokio::test]
async fn every_kind_at_root_and_typed_paths(
    #[case] path: &str,
    #[case] body: &str,
    #[case] kind: EntityKind,
) {
    let collector = Collector::builder().start().await.unwrap();
    let reply = Wire::to(&collector)
        .await
        .post(path, &["Content-Type: text/plain"], body)
        .await;
    assert_eq!((reply.status, reply.body.as_str()), (202, ""));
    let received = collector.received();
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].entity().kind(), received[0].body()), (kind, body));
    assert_eq!(Some(received[0].path()), path.split('?').next());
    assert!(received[0].peer().unwrap().ip().is_loopback());
}

#[rstest]
#[case("/", "", "empty")]
#[case("/", " \r\n", "empty")]
#[case("/", "hello", "expected a JSON object")]
#[case("/", "[{\"operation\":\"a\"}]", "not as an array")]
#[case("/", "{\"operation\":\"a\"", "line 1")]
#[case("/", "{\"operation\":\"a\"} {\"operation\":\"b\"}", "line 1")]
#[case("/", "{\"operation\":\"a\",\"severity\":\"LOUD\"}", "severity")]
#[case("/", "{\"operation\":\"a\",\"elapsed-time-usec\":-5}", "elapsed-time-usec")]
#[case("/activity", "{\"operation\":\"a\",\"type\":\"SNAPSHOT\"}", "kind snapshot")]
#[tokio::test]
async fn a_refusal_says_why_in_one_line(#[case] path: &str, #[case] body: &str, #[case] reason: &str) {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let reply = wire.post(path, &[], body).await;
    assert_eq!(reply.status, 400);
    assert!(reply.body.contains(reason), "{:?} lacks {reason:?}", reply.body);
    assert_eq!(reply.body.lines().count(), 1, "{:?}", reply.body);
    assert_eq!(collector.stats().invalid, 1);
    // The connection goes on.
    assert_eq!(wire.post("/", &[], r#"{"operation":"a"}"#).await.status, 202);
    assert_eq!(collector.received().len(), 1);
}

#[tokio::test]
async fn lines_are_taken_together_or_not_at_all() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let (a, b, c) = (
        r#"{"operation":"a"}"#,
        r#"{"name":"b","type":"DATASET"}"#,
        r#"{"operation":"c"}"#,
    );
    let ndjson = &["Content-Type: application/x-ndjson"];
    let reply = wire
        .post("/", ndjson, format!("{a}\n{b}\n{{\"operation\":7,}}\n{c}\n"))
        .await;
    assert_eq!(reply.status, 400);
    assert!(reply.body.starts_with("line 3: "), "{}", reply.body);
    assert!(collector.received().is_empty());
    assert_eq!(
        wire.post("/", ndjson, format!("{a}\n{b}\r\n\n{c}")).await.status,
        202
    );
    assert_eq!(bodies(&collector), [a, b, c]);
    let stats = collector.stats();
    assert_eq!(
        (stats.accepted, stats.events, stats.datasets, stats.requests),
        (3, 2, 1, 2)
    );
    assert_eq!(stats.accepted_bytes, (a.len() + b.len() + c.len()) as u64);
}

#[tokio::test]
async fn a_pretty_entity_is_one_entity_and_one_line() {
    let collector = Collector::builder().start().await.unwrap();
    let body = "{\n  \"operation\": \"a\",\n  \"msg-text\": \"x\\ny\"\n}\n";
    assert_eq!(Wire::to(&collector).await.post("/", &[], body).await.status, 202);
    assert_eq!(
        bodies(&collector),
        [r#"{   "operation": "a",   "msg-text": "x\ny" }"#]
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_announced_or_not() {
    let collector = Collector::builder().max_body_bytes(64).start().await.unwrap();
    let fits = format!("{{\"operation\":\"{}\"}}", "x".repeat(48));
    assert_eq!(fits.len(), 64);
    let mut wire = Wire::to(&collector).await;
    assert_eq!(wire.post("/", &[], &fits).await.status, 202);
    let reply = wire.post("/", &[], format!("{fits} ")).await;
    assert_eq!(reply.status, 413);
    assert!(reply.body.contains("64 bytes"), "{}", reply.body);

    let mut wire = Wire::to(&collector).await;
    let chunk = format!("28\r\n{}\r\n", "x".repeat(40));
    wire.send(format!(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n"
    ))
    .await;
    assert_eq!(wire.reply().await.status, 413);
    assert_eq!(collector.stats().too_large, 2);

    // Far over the limit: the answer arrives although most of the body was not read.
    let mut wire = Wire::to(&collector).await;
    wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n")
        .await;
    let reply = wire.reply().await;
    assert_eq!(reply.status, 413);
    assert!(reply.head.contains("connection: close"), "{}", reply.head);
    wire.closed().await;

    // Nor is the answer lost if the client sends on regardless.
    let mut wire = Wire::to(&collector).await;
    wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n")
        .await;
    wire.send("x".repeat(8_000_000)).await;
    assert_eq!(wire.reply().await.status, 413);
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await;
    wire.send("7\r\n{\"opera\r\n").await;
    wire.send("a\r\ntion\":\"a\"}\r\n0\r\n\r\n").await;
    assert_eq!(wire.reply().await.status, 202);
    assert_eq!(bodies(&collector), [r#"{"operation":"a"}"#]);
}

#[tokio::test]
async fn a_slow_client_is_told_and_disconnected() {
    let collector = Collector::builder()
        .body_timeout(Duration::from_millis(200))
        .idle_timeout(Duration::from_millis(600))
        .start()
        .await
        .unwrap();
    let mut slow = Wire::to(&collector).await;
    slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{\"oper")
        .await;
    // Meanwhile others are served.
    assert_eq!(
        Wire::to(&collector)
            .await
            .post("/", &[], r#"{"operation":"a"}"#)
            .await
            .status,
        202
    );
    let reply = slow.reply().await;
    assert_eq!(reply.status, 408);
    assert!(reply.body.contains("200ms"), "{}", reply.body);
    slow.closed().await;
    assert_eq!(collector.stats().too_slow, 1);

    let mut idle = Wire::to(&collector).await;
    idle.send("POST / HT").await;
    idle.closed().await;
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_nothing_behind() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let whole = request("/", &[], r#"{"operation":"a"}"#);
    wire.send(&whole[..whole.len() - 3]).await;
    drop(wire);
    assert_eq!(
        Wire::to(&collector)
            .await
            .post("/", &[], r#"{"operation":"b"}"#)
            .await
            .status,
        202
    );
    assert_eq!(bodies(&collector), [r#"{"operation":"b"}"#]);
}

#[tokio::test]
async fn what_comes_by_other_means_is_treated_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let collector = Collector::builder()
        .output(&path)
        .max_body_bytes(100)
        .start()
        .await
        .unwrap();
    let two = "{\"operation\":\"a\"}\n{\"type\":\"DATASET\",\"name\":\"d\"}";
    assert_eq!(collector.take(two.as_bytes(), "t/opic").unwrap(), 2);
    let received = collector.received();
    assert_eq!((received[1].path(), received[1].peer()), ("t/opic", None));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{two}\n"));
    // The source is no path: it does not say the kind.
    collector.take(br#"{"operation":"b"}"#, "/activity").unwrap();
    assert_eq!(collector.received()[2].entity().kind(), EntityKind::Event);

    let error = collector
        .take(b"{\"operation\":\"a\"}\nYour message", "t")
        .unwrap_err();
    assert!(
        matches!(&error, TakeError::Invalid { reason } if reason.starts_with("line 2: ")),
        "{error}"
    );
    let error = collector.take(&[b' '; 101], "t").unwrap_err();
    assert!(matches!(error, TakeError::TooLarge { max_bytes: 100 }), "{error}");
    let stats = collector.stats();
    assert_eq!(
        (stats.accepted, stats.datasets, stats.invalid, stats.too_large),
        (3, 1, 1, 1)
    );
    assert_eq!((stats.requests, stats.connections), (0, 0));
}
