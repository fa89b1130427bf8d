//! From end to end: over HTTP, to a collector.

use jkool_client::{CheckError, Client, ErrorKind, Event, Health, Severity, State};
use jkool_collector::Collector;

use crate::PATIENCE;

#[tokio::test(flavor = "multi_thread")]
async fn events_reach_a_collector() {
    const COUNT: u64 = 2_000;
    let collector = Collector::builder().token("canary").start().await.unwrap();
    let client = Client::builder()
        .http("canary")
        .url(collector.url())
        .build()
        .unwrap();
    client.check_async(PATIENCE).await.unwrap();
    let orders = client.logger("orders");
    for number in 0..COUNT {
        orders
            .send(
                Event::bare()
                    .message(format!("order {number}"))
                    .severity(Severity::Warning),
            )
            .unwrap();
    }
    client.flush_async(PATIENCE).await.unwrap();
    let received = collector.wait_for(COUNT, PATIENCE).await;
    let mut messages: Vec<u64> = received
        .iter()
        .map(|one| {
            let body: serde_json::Value = serde_json::from_str(one.body()).unwrap();
            assert_eq!(
                (&body["operation"], &body["severity"]),
                (&"orders".into(), &"WARNING".into())
            );
            body["msg-text"]
                .as_str()
                .unwrap()
                .strip_prefix("order ")
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    messages.sort_unstable();
    assert!(messages.into_iter().eq(0..COUNT));
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.retries), (COUNT, 0));
    client.close_async(PATIENCE).await.unwrap();
    collector.shutdown(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_holds_and_shows_nowhere() {
    let collector = Collector::builder().token("right").start().await.unwrap();
    let client = Client::builder()
        .http("canary")
        .url(collector.url())
        .drop_timeout(std::time::Duration::ZERO)
        .build()
        .unwrap();
    match client.check_async(PATIENCE).await {
        Err(CheckError::Failed(error)) => assert_eq!(error.kind(), ErrorKind::Unauthorized),
        other => panic!("{other:?}"),
    }
    let receipt = client.send_tracked(Event::new("kept")).unwrap();
    let deadline = std::time::Instant::now() + PATIENCE;
    while receipt.trouble().is_none() {
        assert!(std::time::Instant::now() < deadline, "no trouble shows");
        tokio::task::yield_now().await;
    }
    assert_eq!(receipt.trouble().unwrap().kind(), ErrorKind::Unauthorized);
    assert!(matches!(client.health(), Health::Holding { .. }));
    assert_eq!(client.stats().pending, 1);
    let error = receipt
        .wait(State::Delivered, std::time::Duration::ZERO)
        .unwrap_err();
    let shown = format!(
        "{client:?} {:?} {} {receipt:?} {error:?} {error}",
        client.health(),
        client.health()
    );
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(collector.stats().accepted, 0);
}
