//! The token is in the request, and nowhere else.

use jkool_transport::{Connect, Outcome, TlsOptions, Transport};
use jkool_transport_http::Http;

use crate::certificates::Authority;
use crate::exchange::{TOKEN, chain, connect, event, http, send};
use crate::server::{Server, Step, refusing};

#[test]
fn no_type_shows_it() {
    let identity = Authority::new().client();
    let secret_line = identity.key.lines().nth(1).unwrap().to_owned();
    let tls = TlsOptions::new()
        .ca_certs_pem(identity.cert.clone())
        .client_cert_pem(identity.cert, identity.key);
    let builder = Http::builder(TOKEN)
        .url(format!("https://jkool.test/?key={TOKEN}#{TOKEN}"))
        .tls(tls);
    let shown = format!("{builder:?}\n{:?}", builder.clone().build().unwrap());
    assert!(!shown.contains(TOKEN) && !shown.contains(&secret_line), "{shown}");
    assert!(shown.contains("https://jkool.test"), "{shown}");
}

#[tokio::test]
async fn no_error_shows_it() {
    let echo = format!("you sent {TOKEN}");
    let location = format!("Location: https://u:{TOKEN}@elsewhere.test/{TOKEN}?key={TOKEN}");
    let reason = format!("<access-resp><success>false</success><reason>{TOKEN}</reason></access-resp>");
    let mut steps: Vec<Step> = [400, 401, 403, 404, 413, 418, 429, 500]
        .into_iter()
        .map(|status| Step::answer(status, &[], &echo))
        .collect();
    steps.extend([
        Step::answer(302, &[&location], &echo),
        Step::answer(200, &[], &reason),
        Step::answer(200, &[], &format!("<html>{TOKEN}")),
        Step::ResetConnection,
        Step::ResetAfterRequest,
        Step::RawThenClose(format!("HTTP/1.1 {TOKEN}").into_bytes()),
        Step::RawThenClose(format!("HTTP/1.1 200 OK\r\nContent-Length: {TOKEN}\r\n\r\n").into_bytes()),
        Step::RawThenClose(format!("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{TOKEN}").into_bytes()),
    ]);
    let count = steps.len();
    let server = Server::plain(steps).await;
    let url = format!("{}/?key={TOKEN}", server.url());
    for _ in 0..count {
        // A new connection each time: some steps are about how one begins.
        let link = connect(http(&url)).await;
        let (result, outcomes) = send(&*link, [event("one")]).await;
        let mut text = format!("{result:?} {outcomes:?}");
        for outcome in &outcomes {
            match outcome {
                Outcome::NotSent(error) | Outcome::Unknown(error) => text.push_str(&chain(error)),
                Outcome::Refused(refusal) => text.push_str(&refusal.to_string()),
                other => panic!("{other:?}"),
            }
        }
        assert!(!text.contains(TOKEN), "{text}");
    }
    let link = connect(http(&url)).await;
    send(&*link, [event("one")]).await.0.unwrap();
}

#[tokio::test]
async fn no_failed_connection_shows_it() {
    let authority = Authority::new();
    let server = Server::tls(Authority::new().identity("localhost").acceptor()).await;
    let (_socket, refusing) = refusing();
    for url in [
        server.url(),
        "https://no-such-host.invalid".to_owned(),
        format!("https://{refusing}"),
    ] {
        let http = http(&format!("{url}/?key={TOKEN}"))
            .tls(authority.trusted())
            .build()
            .unwrap();
        let link: Box<dyn Transport> = http.connect().await.unwrap();
        let (result, _) = send(&*link, [event("one")]).await;
        let text = chain(&result.unwrap_err()) + &chain(&link.check().await.unwrap_err());
        assert!(!text.contains(TOKEN), "{text}");
    }
}
