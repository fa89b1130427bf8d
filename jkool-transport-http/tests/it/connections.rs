//! How connections are used again, and how they end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jkool_transport::{ErrorKind, Transport};

use crate::exchange::{connect, event, http, names, send};
use crate::server::{Server, Step, answer};

#[tokio::test]
async fn posts_in_a_row_share_one_connection() {
    let server = Server::plain((0..30).map(|number| match number % 3 {
        0 => Step::answer(202, &[], ""),
        1 => Step::answer(200, &[], "a body that nobody reads"),
        _ => Step::answer(503, &[], "busy"),
    }))
    .await;
    let link = connect(http(&server.url())).await;
    for number in 0..60 {
        send(&*link, [event(&number.to_string())]).await.0.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (60, 1));
}

#[tokio::test]
async fn overlapping_posts_share_as_many_as_overlap() {
    let server = Server::plain([]).await;
    let url = format!("http://{}", server.address());
    let link: Arc<dyn Transport> = connect(http(&url).in_flight(4)).await.into();
    assert_eq!(link.limits().max_sends, 4);
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..4 {
        let link = Arc::clone(&link);
        workers.spawn(async move {
            for number in 0..50 {
                let (result, outcomes) = send(&*link, [event(&format!("{worker} {number}"))]).await;
                result.unwrap();
                assert_eq!(names(&outcomes), ["Delivered"]);
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    assert_eq!(server.records().len(), 200);
    // A request may begin before the connection of the one before it is back: then there is a spare one.
    assert!(server.connections() <= 8, "{} connections", server.connections());
}

#[tokio::test]
async fn a_connection_closed_while_idle_costs_nothing() {
    let server = Server::plain([Step::RawThenClose(answer(202, &[], ""))]).await;
    let link = connect(http(&server.url())).await;
    for number in 0..2 {
        let (result, outcomes) = send(&*link, [event(&number.to_string())]).await;
        result.unwrap();
        assert_eq!(names(&outcomes), ["Delivered"]);
    }
    assert_eq!((server.requests().len(), server.connections()), (2, 2));
}

#[tokio::test]
async fn nothing_is_sent_once_closed() {
    let server = Server::plain([]).await;
    let link = connect(http(&server.url())).await;
    link.close(Instant::now() + Duration::from_secs(1)).await.unwrap();
    let (result, outcomes) = send(&*link, [event("late")]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(names(&outcomes), ["NotSent"]);
    assert_eq!(link.check().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn connecting_needs_no_network() {
    let http = http("https://no-such-host.invalid").tls(crate::certificates::some_ca());
    connect(http).await;
}
