//! A refused token holds everything, and a new one ends the hold.

use std::time::{Duration, Instant};

use jkool_client::transport::testing::Recording;
use jkool_client::{AccessToken, Client, ErrorKind, Event, Health, RetryPolicy, TokenSource};
use jkool_collector::Collector;

use crate::PATIENCE;

async fn collector() -> Collector {
    Collector::builder().token("new").start().await.unwrap()
}

async fn until_holding(client: &Client) {
    let deadline = Instant::now() + PATIENCE;
    while !matches!(client.health(), Health::Holding { .. }) {
        assert!(Instant::now() < deadline, "{:?}", client.health());
        tokio::time::sleep(Duration::from_millis(1)).await; // poll: for the hold
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_ends_a_hold() {
    let collector = collector().await;
    let client = Client::builder()
        .http("old")
        .url(collector.url())
        .build()
        .unwrap();
    client.send(Event::new("PlaceOrder")).unwrap();
    until_holding(&client).await;
    client.set_token("new").unwrap();
    client.flush_async(PATIENCE).await.unwrap();
    assert_eq!(client.stats().delivered, 1);
    assert!(matches!(client.health(), Health::Healthy));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_is_read_again_on_each_probe() {
    let collector = collector().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    let client = Client::builder()
        .http(TokenSource::file(&path))
        .url(collector.url())
        .retry(RetryPolicy::default().probe_interval(Duration::from_millis(20)))
        .build()
        .unwrap();
    client.send(Event::new("PlaceOrder")).unwrap();
    // There is no file at first, then one with a token that is refused, then the right one: nobody calls the client.
    until_holding(&client).await;
    std::fs::write(&path, "old\n").unwrap();
    let deadline = Instant::now() + PATIENCE;
    while client
        .health()
        .trouble()
        .is_none_or(|trouble| trouble.kind() != ErrorKind::Unauthorized)
    {
        assert!(Instant::now() < deadline, "{:?}", client.health());
        tokio::time::sleep(Duration::from_millis(1)).await; // poll: for a probe with the old token
    }
    assert_eq!(client.stats().delivered, 0);
    std::fs::write(&path, "new\n").unwrap();
    client.flush_async(PATIENCE).await.unwrap();
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.holds), (1, 1));
}

#[test]
fn a_token_that_cannot_be_set_is_an_error() {
    let client = Client::builder()
        .http("old")
        .url("http://127.0.0.1:1")
        .build()
        .unwrap();
    assert_eq!(client.set_token("tok en").unwrap_err().kind(), ErrorKind::Config);
    let client = Client::builder().transport(Recording::new()).build().unwrap();
    let error = client.set_token(AccessToken::new("canary")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("canary"));
}
