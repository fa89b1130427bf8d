//! What a request looks like.

use jkool_model::EntityKind;
use jkool_transport_http::PathMode;

use crate::exchange::{TOKEN, body, connect, event, http, names, record, send};
use crate::server::Server;

#[tokio::test]
async fn posts_the_body_with_token_and_identity() {
    let server = Server::plain([]).await;
    let link = connect(http(&server.url())).await;
    let (result, outcomes) = send(&*link, [event("hello ü")]).await;
    result.unwrap();
    assert_eq!(names(&outcomes), ["Delivered"]);

    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.target, "POST / HTTP/1.1");
    assert_eq!(request.text(), body("hello ü"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-api-key"), Some(TOKEN));
    assert_eq!(request.header("token"), Some(TOKEN));
    assert_eq!(
        request.header("user-agent"),
        Some(concat!("jkool-rust/", env!("CARGO_PKG_VERSION")))
    );
    let host = request.header("x-api-host-name").unwrap();
    assert_eq!(
        request.header("x-api-runtime"),
        Some(format!("{}@{host}", std::process::id()).as_str())
    );
    assert_eq!(request.header("x-api-version"), Some(env!("CARGO_PKG_VERSION")));
    if let Some(address) = request.header("x-api-host-addr") {
        address.parse::<std::net::IpAddr>().unwrap();
    }
    for absent in ["referer", "pragma", "authorization", "transfer-encoding"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn says_nothing_of_the_sender_if_told_so() {
    let server = Server::plain([]).await;
    let link = connect(http(&server.url()).identity_headers(false)).await;
    send(&*link, [event("hello")]).await.0.unwrap();
    let request = server.requests().remove(0);
    assert!(
        request
            .headers
            .iter()
            .all(|(name, _)| !name.starts_with("x-api-") || name == "x-api-key"),
        "{request:?}"
    );
    assert_eq!(request.header("x-api-key"), Some(TOKEN));
}

#[tokio::test]
async fn takes_the_path_as_it_is() {
    let server = Server::plain([]).await;
    for (path, target) in [
        ("", "/"),
        ("/", "/"),
        ("/JESL", "/JESL"),
        ("/JESL/a%20b/?x=1", "/JESL/a%20b/?x=1"),
    ] {
        let link = connect(http(&format!("{}{path}", server.url()))).await;
        send(&*link, [record(EntityKind::Activity, "hello")])
            .await
            .0
            .unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!(request.target, format!("POST {target} HTTP/1.1"));
    }
}

#[tokio::test]
async fn adds_the_kind_to_typed_paths() {
    let server = Server::plain([]).await;
    let link = connect(http(&format!("{}/JESL/", server.url())).path_mode(PathMode::Typed)).await;
    for kind in EntityKind::ALL {
        send(&*link, [record(*kind, "hello")]).await.0.unwrap();
    }
    let targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        ["event", "activity", "snapshot", "dataset", "log"].map(|kind| format!("POST /JESL/{kind} HTTP/1.1"))
    );
}
