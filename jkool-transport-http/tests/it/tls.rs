//! TLS: whom we trust, and what we say if we do not.

use std::time::Duration;

use jkool_transport::{ErrorKind, Outcome, TlsOptions, TlsVersion};
use rustls::version::{TLS12, TLS13};

use crate::certificates::Authority;
use crate::exchange::{chain, connect, event, failed, http, names, send, send_one};
use crate::server::Server;

/// The message of a connection that must not be trusted; nothing may have arrived.
async fn distrusted(server: &Server, tls: TlsOptions) -> String {
    let (error, is_not_sent) = failed(send_one(http(&server.url()).tls(tls)).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Tls, true),
        "{}",
        chain(&error)
    );
    assert!(error.to_string().contains(&server.url()), "{error}");
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    assert!(server.requests().is_empty());
    error.to_string()
}

#[tokio::test]
async fn trusts_the_authority_it_is_given() {
    let authority = Authority::new();
    let server = Server::tls(authority.identity("localhost").acceptor()).await;
    let link = connect(http(&server.url()).tls(authority.trusted())).await;
    for number in 0..10 {
        let (result, outcomes) = send(&*link, [event(&number.to_string())]).await;
        result.unwrap();
        assert_eq!(names(&outcomes), ["Delivered"]);
    }
    link.check().await.unwrap();
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_unknown_authority_is_not_trusted() {
    let server = Server::tls(Authority::new().identity("localhost").acceptor()).await;
    let text = distrusted(&server, Authority::new().trusted()).await;
    assert!(
        text.contains("not signed by the authority trusted here under that name"),
        "{text}"
    );
    let text = distrusted(&server, Authority::named("another").trusted()).await;
    assert!(
        text.contains("an authority unknown here; give its CA with TlsOptions::ca_certs_file"),
        "{text}"
    );
}

#[tokio::test]
async fn another_host_is_not_trusted() {
    let authority = Authority::new();
    let server = Server::tls(authority.identity("other.test").acceptor()).await;
    let text = distrusted(&server, authority.trusted()).await;
    assert!(
        text.contains("certificate is for another host; check the address"),
        "{text}"
    );
}

#[tokio::test]
async fn an_expired_certificate_is_not_trusted() {
    let authority = Authority::new();
    let server = Server::tls(authority.expired("localhost").acceptor()).await;
    let text = distrusted(&server, authority.trusted()).await;
    assert!(text.contains("certificate has expired"), "{text}");
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_wanted() {
    let (authority, clients) = (Authority::new(), Authority::new());
    for version in [&TLS12, &TLS13] {
        let server = Server::tls(authority.identity("localhost").demanding(&clients, version)).await;
        let text = distrusted(&server, authority.trusted()).await;
        assert!(
            text.contains("asks for a client certificate"),
            "{version:?}: {text}"
        );
        assert!(text.contains("TlsOptions::client_cert_files"), "{text}");

        let stranger = Authority::named("another").client();
        let text = distrusted(
            &server,
            authority.trusted().client_cert_pem(stranger.cert, stranger.key),
        )
        .await;
        assert!(text.contains("client certificate"), "{version:?}: {text}");

        let client = clients.client();
        let tls = authority.trusted().client_cert_pem(client.cert, client.key);
        let outcome = send_one(http(&server.url()).tls(tls)).await;
        assert!(matches!(outcome, Outcome::Delivered), "{version:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn versions_and_suites_must_meet() {
    let authority = Authority::new();
    let server = Server::tls(authority.identity("localhost").acceptor_of(&[&TLS12], None)).await;
    let tls = authority.trusted().min_version(TlsVersion::V1_3);
    let text = distrusted(&server, tls).await;
    assert!(text.contains("no version of TLS"), "{text}");
    let tls = authority.trusted().ciphers("ECDHE-RSA-AES128-GCM-SHA256");
    let text = distrusted(&server, tls).await;
    assert!(text.contains("no cipher suite in common"), "{text}");
    let tls = authority.trusted().ciphers("ECDHE-ECDSA-AES128-GCM-SHA256");
    assert!(matches!(
        send_one(http(&server.url()).tls(tls)).await,
        Outcome::Delivered
    ));
}

#[tokio::test]
async fn a_plain_server_is_told_from_one_with_tls() {
    let authority = Authority::new();
    let server = Server::plain([]).await;
    let url = server.url().replace("http:", "https:");
    let (error, _) = failed(send_one(http(&url).tls(authority.trusted())).await);
    // A server that waits for the rest of what it takes for a request closes the connection instead of answering.
    assert!(
        matches!(error.kind(), ErrorKind::Tls | ErrorKind::Connect),
        "{error:?}"
    );

    let server = Server::tls(authority.identity("localhost").acceptor()).await;
    let url = server.url().replace("https:", "http:");
    let (error, _) = failed(send_one(http(&url)).await);
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
}

#[tokio::test]
async fn a_silent_far_end_is_no_connection_within_the_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let http = http(&url)
        .tls(crate::certificates::some_ca())
        .connect_timeout(Duration::from_millis(200));
    let (error, is_not_sent) = failed(send_one(http).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Connect, true),
        "{error:?}"
    );
    assert!(error.to_string().contains("within 200ms"), "{error}");
}

#[tokio::test]
async fn danger_accepts_anything_but_still_encrypts() {
    let server = Server::tls(Authority::new().expired("other.test").acceptor()).await;
    let tls = TlsOptions::new().danger_accept_invalid_certs(true);
    assert!(matches!(
        send_one(http(&server.url()).tls(tls)).await,
        Outcome::Delivered
    ));
}

#[tokio::test]
async fn renewed_certificates_are_found_when_connecting_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("roots.pem");
    let (old, new) = (Authority::new(), Authority::new());
    std::fs::write(&path, old.pem()).unwrap();
    let server = Server::tls(new.identity("localhost").acceptor()).await;
    let http = http(&server.url())
        .tls(TlsOptions::new().ca_certs_file(&path))
        .build()
        .unwrap();
    let link = jkool_transport::Connect::connect(&http).await.unwrap();
    let (result, _) = send(&*link, [event("one")]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Tls);
    std::fs::write(&path, new.pem()).unwrap();
    let link = jkool_transport::Connect::connect(&http).await.unwrap();
    send(&*link, [event("one")]).await.0.unwrap();
}
