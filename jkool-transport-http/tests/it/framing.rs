//! Batches: one request for each record, or for many.

use jkool_model::EntityKind;
use jkool_transport::{Connect, ErrorKind, Outcome, RefusalKind, Transport};
use jkool_transport_http::{BodyFraming, PathMode};

use crate::exchange::{body, connect, event, failed, http, names, record, send};
use crate::server::{Server, Step};

async fn ndjson(server: &Server) -> Box<dyn Transport> {
    connect(http(&server.url()).framing(BodyFraming::Ndjson)).await
}

fn numbered(count: usize) -> Vec<jkool_transport::Record> {
    (0..count).map(|number| event(&format!("<{number}>"))).collect()
}

#[tokio::test]
async fn a_batch_is_one_request_of_lines() {
    let server = Server::plain([]).await;
    let link = ndjson(&server).await;
    assert_eq!(
        (link.limits().max_batch_records, link.limits().max_batch_bytes),
        (1000, 1 << 20)
    );
    let (result, outcomes) = send(&*link, numbered(3)).await;
    result.unwrap();
    assert_eq!(names(&outcomes), ["Delivered"; 3]);
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("content-type"), Some("application/x-ndjson"));
    assert_eq!(
        requests[0].text(),
        format!("{}\n{}\n{}\n", body("<0>"), body("<1>"), body("<2>"))
    );
}

#[tokio::test]
async fn a_record_alone_is_plain_json() {
    let server = Server::plain([]).await;
    let link = ndjson(&server).await;
    send(&*link, numbered(1)).await.0.unwrap();
    let request = server.requests().remove(0);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.text(), body("<0>"));
}

#[tokio::test]
async fn one_offender_of_a_thousand_is_found_and_the_rest_delivered_once() {
    let server = Server::plain([]).await;
    server.refuse_containing("<637>");
    let link = ndjson(&server).await;
    let (result, outcomes) = send(&*link, numbered(1000)).await;
    result.unwrap();
    for (number, outcome) in outcomes.iter().enumerate() {
        let is_right = match outcome {
            Outcome::Delivered => number != 637,
            Outcome::Refused(refusal) => number == 637 && refusal.kind() == RefusalKind::Invalid,
            _ => false,
        };
        assert!(is_right, "{number}: {outcome:?}");
    }
    let expected: Vec<String> = (0..1000)
        .filter(|number| *number != 637)
        .map(|number| body(&format!("<{number}>")))
        .collect();
    assert_eq!(server.records(), expected, "each once, in order");
    assert!(
        server.requests().len() <= 21,
        "{} requests",
        server.requests().len()
    );
}

#[tokio::test]
async fn typed_paths_split_a_batch_by_kind() {
    let server = Server::plain([]).await;
    let link = connect(
        http(&server.url())
            .framing(BodyFraming::Ndjson)
            .path_mode(PathMode::Typed),
    )
    .await;
    let batch = [
        event("a"),
        event("b"),
        record(EntityKind::Snapshot, "c"),
        event("d"),
    ];
    send(&*link, batch).await.0.unwrap();
    let seen: Vec<(String, usize)> = server
        .requests()
        .iter()
        .map(|request| (request.target.clone(), request.text().lines().count()))
        .collect();
    let expected = [("event", 2), ("snapshot", 1), ("event", 1)]
        .map(|(kind, lines)| (format!("POST /{kind} HTTP/1.1"), lines));
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_is_too_large_is_refused_without_being_sent() {
    let server = Server::plain([]).await;
    for framing in [BodyFraming::Single, BodyFraming::Ndjson] {
        let http = http(&server.url())
            .framing(framing)
            .max_record_bytes(100)
            .build()
            .unwrap();
        http.admit(EntityKind::Event, "test", 100).unwrap();
        let refusal = http.admit(EntityKind::Event, "test", 101).unwrap_err();
        assert_eq!(refusal.kind(), RefusalKind::TooLarge);
        let link = http.connect().await.unwrap();
        let batch = [event("a"), event(&"x".repeat(200)), event("b")];
        let (result, outcomes) = send(&*link, batch).await;
        result.unwrap();
        assert_eq!(
            names(&outcomes),
            ["Delivered", "Refused", "Delivered"],
            "{framing:?}"
        );
    }
    assert!(server.records().iter().all(|record| record.len() <= 100));
    assert_eq!(server.records().len(), 4);
}

#[tokio::test]
async fn what_follows_a_failure_is_not_sent() {
    for (step, kind) in [
        (Step::answer(503, &[], ""), ErrorKind::Busy),
        (Step::answer(404, &[], ""), ErrorKind::Misdirected),
        (Step::answer(401, &[], ""), ErrorKind::Unauthorized),
        (Step::RawThenClose(Vec::new()), ErrorKind::Io),
    ] {
        let server = Server::plain([Step::answer(202, &[], ""), step]).await;
        let link = connect(http(&server.url())).await;
        let (result, mut outcomes) = send(&*link, numbered(4)).await;
        let is_broken = matches!(kind, ErrorKind::Unauthorized | ErrorKind::Io);
        assert_eq!(result.is_err(), is_broken, "{kind:?}");
        assert_eq!(names(&outcomes)[2..], ["NotSent"; 2], "{kind:?}");
        assert_eq!(server.requests().len(), 2, "{kind:?}");
        let (error, is_not_sent) = failed(outcomes.remove(1));
        assert_eq!((error.kind(), is_not_sent), (kind, kind.is_before_sending()));
        assert_eq!(names(&outcomes)[0], "Delivered");
    }
}
