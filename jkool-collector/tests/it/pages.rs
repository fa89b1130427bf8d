//! What is not streaming: the pages, and every other method.

use jkool_collector::Collector;
use rstest::rstest;

use crate::wire::Wire;

#[tokio::test]
async fn the_root_says_what_this_is() {
    let collector = Collector::builder().token("T").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let reply = wire.reply().await;
    assert_eq!(reply.status, 200);
    assert!(
        reply.body.starts_with("This is a jKool collector"),
        "{}",
        reply.body
    );
    assert!(reply.head.contains("content-type: text/plain"), "{}", reply.head);
}

#[tokio::test]
async fn the_counters_are_json() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.post("/", &[], r#"{"name":"s","type":"SNAPSHOT"}"#).await;
    wire.post("/", &[], "x").await;
    wire.send("GET /stats HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let reply = wire.reply().await;
    assert!(
        reply.head.contains("content-type: application/json"),
        "{}",
        reply.head
    );
    let stats: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(stats["accepted"], 1);
    assert_eq!(stats["snapshots"], 1);
    assert_eq!(stats["invalid"], 1);
    assert_eq!(stats["requests"], 3);
    assert_eq!(stats["connections"], 1);
    assert_eq!(serde_json::to_value(collector.stats()).unwrap(), stats);
}

#[rstest]
#[case("GET", "/event")]
#[case("PUT", "/")]
#[case("DELETE", "/stats")]
#[case("GET", "/favicon.ico")]
#[tokio::test]
async fn any_other_method_is_told_about_post(#[case] method: &str, #[case] path: &str) {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send(format!("{method} {path} HTTP/1.1\r\nHost: h\r\n\r\n"))
        .await;
    let reply = wire.reply().await;
    assert_eq!(reply.status, 405);
    assert!(reply.head.contains("allow: post"), "{}", reply.head);
    assert!(
        reply.body.contains("POST") && reply.body.contains("/stats"),
        "{}",
        reply.body
    );
}

/// An answer without a body must not swallow what follows it, silent or not.
#[tokio::test]
async fn a_head_request_keeps_answers_apart() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send(
        "HEAD / HTTP/1.1\r\nHost: h\r\nPragma: no-response\r\n\r\nHEAD /stats HTTP/1.1\r\nHost: h\r\n\r\n\
         POST / HTTP/1.1\r\nHost: h\r\nPragma: ping\r\n\r\n",
    )
    .await;
    let answers = wire.rest().await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert!(
        answers.to_lowercase().contains("content-type: application/json"),
        "{answers}"
    );
}

#[tokio::test]
async fn what_is_not_http_gets_a_400() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send("\u{16}\u{3}\u{1} this is no request\r\n\r\n").await;
    assert_eq!(wire.reply().await.status, 400);
}
