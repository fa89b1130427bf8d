//! The request bytes of the clients in use, and the answers they expect.

use jkool_collector::Collector;
use jkool_model::EntityKind;

use crate::wire::{DEADLINE, Wire, bodies, request};

const TNT4PY_EVENT: &str =
    r#"{"operation": "a.b", "type": "EVENT", "msg-text": "plain x", "severity": "INFO"}"#;

fn tnt4py(content_type: &str, length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:6580\r\nAccept-Encoding: identity\r\nContent-Length: {length}\r\n\
         Content-Type: {content_type}\r\n\r\n"
    )
}

fn jesl(length: usize, pragma: &str) -> String {
    format!(
        "POST /JESL HTTP/1.1\r\nX-API-Host-Name: web1\r\nX-API-Host-Addr: 10.0.0.7\r\nX-API-Runtime: 4711@web1\r\n\
         Content-Length: {length}\r\nContent-Type: text/plain; charset=UTF-8\r\nX-API-Key: T\r\n{pragma}\
         Host: localhost:6580\r\n\r\n"
    )
}

/// TNT4PY sends its token in a handshake only, and head and body in segments of their own.
#[tokio::test]
async fn tnt4py_is_admitted_by_its_handshake() {
    let collector = Collector::builder().token("T").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let handshake = "<access-request><token>T</token></access-request>";
    wire.send(tnt4py("text/plain", handshake.len())).await;
    wire.send(handshake).await;
    let reply = wire.reply().await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.body,
        "<access-resp><token>T</token><success>true</success></access-resp>"
    );
    for _ in 0..3 {
        wire.send(tnt4py("application/json", TNT4PY_EVENT.len())).await;
        wire.send(TNT4PY_EVENT).await;
        assert_eq!(wire.reply().await.status, 202);
    }
    assert_eq!(bodies(&collector), [TNT4PY_EVENT; 3]);

    // The handshake holds for its connection, and for no other.
    let mut other = Wire::to(&collector).await;
    other.send(tnt4py("application/json", TNT4PY_EVENT.len())).await;
    other.send(TNT4PY_EVENT).await;
    let reply = other.reply().await;
    assert_eq!(reply.status, 401);
    assert!(reply.body.contains("handshake"), "{}", reply.body);
    assert_eq!(collector.stats().accepted, 3);
    assert_eq!(collector.stats().handshakes, 1);
}

/// TNT4PY looks at the status, JESL at the body.
#[tokio::test]
async fn a_refused_handshake_says_so_in_both_ways() {
    let collector = Collector::builder().token("T").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let reply = wire
        .post("/", &[], "<access-request><token>wrong</token></access-request>")
        .await;
    assert_eq!(reply.status, 401);
    assert!(
        reply
            .body
            .starts_with("<access-resp><token>wrong</token><success>false</success><reason>"),
        "{reply:?}"
    );
    assert!(reply.head.contains("content-type: text/xml"), "{reply:?}");
    let reply = wire
        .post("/", &[], "<access-request><token>T</token></access-request>")
        .await;
    assert_eq!(reply.status, 200);
    // A connection that was admitted loses that by another handshake that fails.
    assert_eq!(
        wire.post("/", &[], "<access-request><token>x</token></access-request>")
            .await
            .status,
        401
    );
    assert_eq!(wire.post("/", &[], TNT4PY_EVENT).await.status, 401);
    assert_eq!(wire.post("/", &[], "<html>").await.status, 400);
}

/// JESL's whole life: a handshake, events whose answers it does not want, a ping, the end.
#[tokio::test]
async fn jesl_gets_no_answer_where_it_wants_none() {
    let collector = Collector::builder().token("T").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let handshake = "<access-request><token>T</token></access-request>\n";
    wire.send(jesl(handshake.len(), "") + handshake).await;
    assert!(wire.reply().await.body.contains("<success>true</success>"));

    let event = "{\"tracking-id\": \"t-1\",\"source-fqn\": \"APPL=a\",\"operation\": \"op\",\"type\": \"EVENT\",\"severity\": \"INFO\"}\n";
    for _ in 0..5 {
        wire.send(jesl(event.len(), "Pragma: no-response\r\n") + event)
            .await;
    }
    let broken = "{\"operation\": \n";
    wire.send(jesl(broken.len(), "Pragma: no-response\r\n") + broken)
        .await;
    wire.send("POST /JESL HTTP/1.1\r\nX-API-Host-Name: web1\r\nX-API-Host-Addr: 10.0.0.7\r\nX-API-Runtime: 4711@web1\r\nPragma: ping\r\nHost: localhost:6580\r\n\r\n").await;
    // The first thing that comes back is the answer to the ping, and by then everything before it was taken.
    let reply = wire.reply().await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    assert_eq!(bodies(&collector), [event.trim_end(); 5]);
    assert_eq!(wire.rest().await, "");
    let stats = collector.stats();
    assert_eq!(
        (stats.pings, stats.invalid, stats.accepted, stats.requests),
        (1, 1, 5, 8)
    );
}

#[tokio::test]
async fn answered_and_silent_requests_may_be_pipelined() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    let event = |number: usize| format!("{{\"operation\":\"op{number}\"}}");
    let mut all = Vec::new();
    for number in 0..200 {
        let headers: &[&str] = if number % 3 == 0 {
            &[]
        } else {
            &["pragma: No-Response"]
        };
        all.extend(request("/event", headers, event(number)));
    }
    wire.send(all).await;
    let received = collector.wait_for(200, DEADLINE).await;
    assert_eq!(received.len(), 200);
    for (number, received) in received.iter().enumerate() {
        assert_eq!(received.body(), event(number));
        assert_eq!(
            (received.path(), received.entity().kind()),
            ("/event", EntityKind::Event)
        );
    }
    let answers = wire.rest().await;
    assert_eq!(
        answers.matches("HTTP/1.1 202 Accepted\r\n").count(),
        67,
        "{answers}"
    );
    assert_eq!(answers.matches("HTTP/1.1").count(), 67);
}

#[tokio::test]
async fn header_names_in_any_case_and_curl_asking_to_continue() {
    let collector = Collector::builder().token("T").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    for header in ["x-api-key: T", "X-API-KEY: T", "TOKEN: T", "Token: T"] {
        assert_eq!(
            wire.post("/", &[header], TNT4PY_EVENT).await.status,
            202,
            "{header}"
        );
    }
    let head = format!(
        "POST / HTTP/1.1\r\nhost: h\r\ntoken: T\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        TNT4PY_EVENT.len()
    );
    wire.send(head).await;
    assert_eq!(wire.reply().await.status, 100);
    wire.send(TNT4PY_EVENT).await;
    assert_eq!(wire.reply().await.status, 202);
}
