//! The same over TLS.

use std::sync::Arc;

use jkool_collector::{Collector, StartError};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::wire::{Wire, bodies};

fn certificate() -> (String, String, rustls::pki_types::CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (
        made.cert.pem(),
        made.signing_key.serialize_pem(),
        made.cert.der().clone(),
    )
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_is_served() {
    let (pem, key, der) = certificate();
    let collector = Collector::builder().tls(pem, key).start().await.unwrap();
    assert!(
        collector.url().starts_with("https://127.0.0.1:"),
        "{}",
        collector.url()
    );

    let mut roots = rustls::RootCertStore::empty();
    roots.add(der).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let stream = TcpStream::connect(collector.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    let mut wire = Wire::over(stream);
    assert_eq!(wire.post("/", &[], r#"{"operation":"a"}"#).await.status, 202);
    wire.send("POST / HTTP/1.1\r\nHost: h\r\nPragma: no-response\r\nContent-Length: 17\r\n\r\n{\"operation\":\"b\"}").await;
    assert_eq!(wire.post("/", &["Pragma: ping"], "").await.status, 200);
    assert_eq!(
        bodies(&collector),
        [r#"{"operation":"a"}"#, r#"{"operation":"b"}"#]
    );
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_disconnected() {
    let (pem, key, _) = certificate();
    let collector = Collector::builder().tls(pem, key).start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.send("POST / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let answer = wire.rest().await;
    assert!(!answer.contains("HTTP"), "{answer:?}");
    assert_eq!(collector.stats().requests, 0);
}

#[tokio::test]
async fn unusable_certificates_are_named() {
    let (pem, key, _) = certificate();
    let (_, other_key, _) = certificate();
    for (pem, key, problem) in [
        (String::new(), key.clone(), "no CERTIFICATE block"),
        (pem.clone(), String::new(), "no usable PRIVATE KEY"),
        (pem.clone(), pem.clone(), "no usable PRIVATE KEY"),
        (pem.clone(), other_key, "do not work together"),
    ] {
        let error = Collector::builder().tls(pem, key).start().await.unwrap_err();
        assert!(matches!(error, StartError::Certificate { .. }), "{error:?}");
        assert!(error.to_string().contains(problem), "{error}");
    }
}
