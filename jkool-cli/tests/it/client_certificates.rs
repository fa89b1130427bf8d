//! TLS flags against far ends that ask for a client certificate: a broker, and an HTTPS server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::audience::Audience;
use crate::certificates::Certificates;
use crate::command::{TOKEN, finish, jkool, run};
use crate::mosquitto::{Door, Mosquitto};

#[test]
fn a_broker_that_asks_for_a_certificate() {
    let Some(mosquitto) = Mosquitto::start(Door::ClientCertificate) else {
        return;
    };
    let audience = Audience::of(&mosquitto);
    let address = mosquitto.address();
    let url = format!("mqtts://{address}");
    let (ca, cert, key) = (
        mosquitto.file("ca.pem"),
        mosquitto.file("client.pem"),
        mosquitto.file("client.key"),
    );
    let shown = ["--ca-cert", &ca, "--cert", &cert, "--key", &key];
    run(["1", "--url", &url].into_iter().chain(shown)).assert_quiet_success();
    // A bare host means TLS once there are options for it.
    run(["2", "--mqtt", &address, "user", "password"]
        .into_iter()
        .chain(shown))
    .assert_quiet_success();
    let strict = ["--tls-min", "1.3", "--ciphers", "TLS_AES_256_GCM_SHA384"];
    run(["3", "--url", &url].into_iter().chain(shown).chain(strict)).assert_quiet_success();
    let done = run(["check", "--url", &url].into_iter().chain(shown));
    assert_eq!(done.code, 0, "{done:?}");

    run(["m", "--url", &url, "--timeout", "2"]).assert_failed(4, &["certificate"]);
    let done = run(["m", "--url", &url, "--ca-cert", &ca, "--timeout", "2"]);
    assert_eq!(done.code, 4, "without a certificate: {done:?}");

    let insecure = ["--insecure", "--cert", &cert, "--key", &key];
    let done = run(["4", "--url", &url].into_iter().chain(insecure));
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stderr
            .starts_with("jkool: WARNING: --insecure accepts any certificate"),
        "{done:?}"
    );
    assert_eq!(done.stderr.lines().count(), 1, "{done:?}");
    let texts: Vec<_> = audience
        .bodies(4)
        .iter()
        .map(|body| body["msg-text"].clone())
        .collect();
    assert_eq!(texts, ["1", "2", "3", "4"]);
}

/// Takes one request from whoever shows a certificate of our authority, and gives it back.
fn server(certificates: &Certificates) -> (u16, JoinHandle<Option<String>>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(certificates.ca.as_bytes()).unwrap())
        .unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificates.server.0.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(certificates.server.1.as_bytes()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        let mut request = Vec::new();
        let mut bytes = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("\"msg-text\"") {
            match stream.read(&mut bytes) {
                Ok(read @ 1..) => request.extend_from_slice(&bytes[..read]),
                _ => return None,
            }
        }
        stream
            .write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        Some(String::from_utf8(request).unwrap())
    });
    (port, serving)
}

#[test]
fn an_https_server_that_asks_for_a_certificate() {
    let certificates = Certificates::generate();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let ca = file("ca.pem", &certificates.ca);
    let cert = file("client.pem", &certificates.client.0);
    let key = file("client.key", &certificates.client.1);

    let (port, serving) = server(&certificates);
    let url = format!("https://localhost:{port}");
    let destination = ["--https", TOKEN, "--url", &url, "--ca-cert", &ca];
    let shown = ["--cert", &cert, "--key", &key, "--tls-min", "1.2"];
    run(["send", "m"].into_iter().chain(destination).chain(shown)).assert_quiet_success();
    assert!(
        serving
            .join()
            .unwrap()
            .unwrap()
            .starts_with("POST / HTTP/1.1\r\n")
    );

    let (port, serving) = server(&certificates);
    let url = format!("https://localhost:{port}");
    let done = finish(jkool().args([
        "send",
        "m",
        "--https",
        TOKEN,
        "--url",
        &url,
        "--ca-cert",
        &ca,
        "--timeout",
        "1",
    ]));
    assert_eq!(done.code, 4, "{done:?}");
    assert_eq!(serving.join().unwrap(), None);
}
