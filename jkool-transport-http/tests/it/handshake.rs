//! The access request: at connect, and as a check.

use jkool_transport::{Connect, ErrorKind, TokenSource};
use jkool_transport_http::Http;

use crate::exchange::{TOKEN, connect, event, failed, http, send};
use crate::server::{Server, Step};

#[tokio::test]
async fn asks_for_access_before_the_first_record() {
    let server = Server::plain([]).await;
    let link = connect(http(&format!("{}/JESL", server.url())).handshake(true)).await;
    send(&*link, [event("one")]).await.0.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].target, "POST /JESL HTTP/1.1");
    assert_eq!(requests[0].header("content-type"), Some("text/plain"));
    assert_eq!(
        requests[0].text(),
        format!("<access-request><token>{TOKEN}</token></access-request>")
    );
    assert!(
        requests
            .iter()
            .all(|request| request.header("x-api-key") == Some(TOKEN))
    );
    assert_eq!(
        server.connections(),
        1,
        "the records follow on the same connection"
    );
}

#[tokio::test]
async fn does_not_connect_without_access() {
    let refusal = "<access-resp><success>false</success><reason>no such token</reason></access-resp>";
    for (step, kind, part) in [
        (
            Step::answer(200, &[], refusal),
            ErrorKind::Unauthorized,
            "no such token",
        ),
        (
            Step::answer(401, &[], ""),
            ErrorKind::Unauthorized,
            "refuses the access token",
        ),
        (
            Step::answer(400, &[], "not JSON"),
            ErrorKind::Misdirected,
            "does not understand an access request",
        ),
        (
            Step::answer(503, &[], ""),
            ErrorKind::Busy,
            "cannot take events just now",
        ),
        (
            Step::answer(200, &[], "<html>"),
            ErrorKind::Misdirected,
            "web page",
        ),
        (Step::RawThenClose(Vec::new()), ErrorKind::Io, "broke"),
    ] {
        let server = Server::plain([step]).await;
        let http = http(&server.url()).handshake(true).build().unwrap();
        let Err(error) = http.connect().await else {
            panic!("connected: {part}");
        };
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(part), "{error}");
        http.connect().await.unwrap();
    }
}

#[tokio::test]
async fn an_empty_answer_grants_access() {
    let server = Server::plain([Step::answer(204, &[], ""), Step::answer(200, &[], "ok")]).await;
    let link = connect(http(&server.url()).handshake(true)).await;
    link.check().await.unwrap();
}

#[tokio::test]
async fn a_check_asks_for_access_and_sends_no_event() {
    let server = Server::plain([]).await;
    let link = connect(http(&server.url())).await;
    link.check().await.unwrap();
    assert!(server.records().is_empty());
    assert!(server.requests()[0].text().starts_with("<access-request>"));
    server.script([Step::answer(403, &[], "")]);
    assert_eq!(link.check().await.unwrap_err().kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_new_transport_has_the_new_token() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    std::fs::write(&path, "old-token\n").unwrap();
    let server = Server::plain([Step::answer(401, &[], "")]).await;
    let http = Http::builder(TokenSource::file(&path))
        .url(server.url())
        .build()
        .unwrap();
    let link = http.connect().await.unwrap();
    let (result, mut outcomes) = send(&*link, [event("one")]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert!(failed(outcomes.remove(0)).1);

    std::fs::write(&path, "new-token\n").unwrap();
    let link = http.connect().await.unwrap();
    send(&*link, [event("one")]).await.0.unwrap();
    let tokens: Vec<String> = server
        .requests()
        .iter()
        .filter_map(|request| request.header("token").map(ToOwned::to_owned))
        .collect();
    assert_eq!(tokens, ["old-token", "new-token"]);

    std::fs::write(&path, "").unwrap();
    let error = http.connect().await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Config);
}
