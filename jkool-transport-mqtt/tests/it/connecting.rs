//! What becomes of a connection attempt, and what it shows to the broker.

use std::error::Error as _;
use std::time::Duration;

use jkool_transport::{Connect as _, ErrorKind, TlsOptions, TransportError};
use jkool_transport_mqtt::{Mqtt, QualityOfService};
use rstest::rstest;
use tokio::net::TcpListener;

use crate::mosquitto::{Door, Mosquitto};
use crate::scripted_broker::{CONNECT, DISCONNECT, ScriptedBroker};
use crate::sending::{close, letters, numbered, send};

/// Connects, which has to fail.
async fn failing(mqtt: &Mqtt) -> TransportError {
    match mqtt.connect().await {
        Ok(_) => panic!("{mqtt:?} connects"),
        Err(error) => error,
    }
}

fn any_certificate() -> TlsOptions {
    TlsOptions::new().danger_accept_invalid_certs(true)
}

#[rstest]
#[case(1, ErrorKind::Misdirected, "does not speak MQTT 3.1.1")]
#[case(2, ErrorKind::Misdirected, "refuses the client id")]
#[case(3, ErrorKind::Busy, "not available")]
#[case(4, ErrorKind::Unauthorized, "user and password")]
#[case(5, ErrorKind::Unauthorized, "does not let this client in")]
#[case(0x84, ErrorKind::Misdirected, "does not speak MQTT 3.1.1")]
#[tokio::test]
async fn a_refusal_is_told_and_not_argued_with(
    #[case] code: u8,
    #[case] kind: ErrorKind,
    #[case] part: &str,
) {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().client_id("me").build().unwrap();
    let refusing = async {
        let mut guest = broker.accept().await;
        guest.read().await.unwrap();
        guest.write(&[0x20, 2, 0, code]).await;
        guest
    };
    let (error, _guest) = tokio::join!(failing(&mqtt), refusing);
    assert_eq!(
        (error.kind(), error.status()),
        (kind, Some(code.into())),
        "{error}"
    );
    assert!(error.to_string().contains(part), "{error}");
    assert!(error.to_string().contains(&broker.url()), "{error}");
    assert!(!broker.is_visited().await, "it tries again by itself");
}

#[tokio::test]
async fn a_silent_host_is_given_up_in_time() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .connect_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = failing(&mqtt).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("within 200ms"), "{error}");
}

#[rstest]
#[case::web_server(b"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n" as &[u8])]
#[case::terse_web_server(b"HTTP/1.1 400 Bad Request\r\n\r\n")]
#[case::garbage(b"\xff\xff\xff\xff\xff\xff\xff")]
#[case::empty_packet(b"\x20\x00")]
#[tokio::test]
async fn what_is_no_broker_is_recognised(#[case] answer: &[u8]) {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let answering = async {
        let mut guest = broker.accept().await;
        guest.read().await.unwrap();
        guest.write(answer).await;
    };
    let (error, ()) = tokio::join!(failing(&mqtt), answering);
    assert_eq!(error.kind(), ErrorKind::Misdirected, "{error}");
    assert!(error.to_string().contains("no broker"), "{error}");
}

/// The echo is the worst: rumqttc's error shows the packet, which is our own CONNECT with the password.
#[tokio::test]
async fn a_password_sent_back_is_not_shown() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().credentials("user", "canary").build().unwrap();
    let echoing = async {
        let mut guest = broker.accept().await;
        let packet = guest.read().await.unwrap();
        let length = u8::try_from(packet.rest.len()).unwrap();
        assert!(packet.rest.ends_with(b"\0\x04user\0\x06canary"), "{packet:?}");
        guest
            .write(&[&[packet.first, length], &packet.rest[..]].concat())
            .await;
        guest
    };
    let (error, _guest) = tokio::join!(failing(&mqtt), echoing);
    let shown = format!("{error} {error:?} {:?} {mqtt:?}", error.source());
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn the_first_packet_says_what_was_set() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker
        .mqtt()
        .client_id("me")
        .clean_session(false)
        .keepalive(Duration::from_secs(7))
        .credentials("user", "secret")
        .build()
        .unwrap();
    let reading = async {
        let mut guest = broker.accept().await;
        let packet = guest.read().await.unwrap();
        guest.write(&[0x20, 2, 1, 0]).await;
        (packet, guest)
    };
    let (link, (packet, _guest)) = tokio::join!(mqtt.connect(), reading);
    link.unwrap();
    assert_eq!(packet.first, CONNECT << 4);
    // MQTT 3.1.1, user and password, no will, session kept; 7 s.
    assert_eq!(
        packet.rest,
        b"\0\x04MQTT\x04\xc0\0\x07\0\x02me\0\x04user\0\x06secret"
    );
}

#[tokio::test]
async fn by_default_each_connection_has_a_name_of_its_own() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let mut names = std::collections::HashSet::new();
    for _ in 0..2 {
        let reading = async {
            let mut guest = broker.accept().await;
            let packet = guest.read().await.unwrap();
            guest.write(&[0x20, 2, 0, 0]).await;
            packet
        };
        let (link, packet) = tokio::join!(mqtt.connect(), reading);
        link.unwrap();
        // Clean session, 60 s.
        assert_eq!(&packet.rest[..10], b"\0\x04MQTT\x04\x02\0\x3c");
        names.insert(String::from_utf8(packet.rest[12..].to_vec()).unwrap());
    }
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("jkool-")), "{names:?}");
}

#[tokio::test]
async fn a_check_neither_publishes_nor_uses_the_name_of_the_link() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().client_id("me").build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let hosting = async {
        let mut prober = broker.accept().await;
        let packet = prober.read().await.unwrap();
        assert!(!packet.rest.ends_with(b"\0\x02me"), "{packet:?}");
        prober.write(&[0x20, 2, 0, 0]).await;
        assert_eq!(prober.read().await.unwrap().kind(), DISCONNECT);
        assert_eq!(prober.read_to_end().await, 0);
    };
    let (checked, ()) = tokio::join!(link.check(), hosting);
    checked.unwrap();
    assert!(guest.is_quiet().await, "the link was disturbed");
}

#[tokio::test]
async fn nobody_listening_and_no_such_name_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mqtt = Mqtt::builder(address.to_string()).build().unwrap();
    let error = failing(&mqtt).await;
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.source().is_some(), "{error}");

    let mqtt = Mqtt::builder("mqtt://no-such-host.invalid").build().unwrap();
    let error = failing(&mqtt).await;
    assert_eq!(error.kind(), ErrorKind::Resolve, "{error}");
    assert!(
        error.to_string().contains("mqtt://no-such-host.invalid"),
        "{error}"
    );
}

#[tokio::test]
async fn an_ipv6_address_is_reached() {
    let listener = match TcpListener::bind("[::1]:0").await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("left out: this machine has no IPv6 loopback ({error})");
            return;
        }
    };
    let mqtt = Mqtt::builder(listener.local_addr().unwrap().to_string())
        .connect_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let (_error, accepted) = tokio::join!(failing(&mqtt), listener.accept());
    accepted.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_unauthorized() {
    let Some(mosquitto) = Mosquitto::start(Door::Password) else {
        return;
    };
    let url = format!("mqtt://127.0.0.1:{}", mosquitto.port);
    for builder in [
        Mqtt::builder(&url),
        Mqtt::builder(&url).credentials(Mosquitto::USER, "canary"),
        Mqtt::builder(&url).credentials("nobody", "canary"),
    ] {
        let mqtt = builder.build().unwrap();
        let error = failing(&mqtt).await;
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(!format!("{error} {error:?} {mqtt:?}").contains("canary"));
    }
}

#[tokio::test]
async fn tls_that_cannot_work_says_why() {
    let Some(mosquitto) = Mosquitto::start(Door::ClientCertificate) else {
        return;
    };
    let certificates = mosquitto.certificates.as_ref().unwrap();
    let stranger = crate::certificates::Certificates::generate();
    let trusting = || TlsOptions::new().ca_certs_pem(certificates.ca.clone());
    let (certificate, key) = certificates.client.clone();
    let at_home = format!("mqtts://localhost:{}", mosquitto.port);
    let cases = [
        // The server's certificate is from an authority that is not trusted.
        (
            Mqtt::builder(&at_home).tls(TlsOptions::new().ca_certs_pem(stranger.ca.clone())),
            ErrorKind::Tls,
        ),
        // The server's certificate is for another host.
        (
            Mqtt::builder(format!("mqtts://127.0.0.1:{}", mosquitto.port)).tls(trusting()),
            ErrorKind::Tls,
        ),
        // The server asks for a client certificate, and there is none, or one of a stranger.
        (Mqtt::builder(&at_home).tls(trusting()), ErrorKind::Tls),
        (
            Mqtt::builder(&at_home).tls(trusting().client_cert_pem(stranger.client.0, stranger.client.1)),
            ErrorKind::Tls,
        ),
        // No TLS towards a port that expects it, and TLS towards one that does not.
        (
            Mqtt::builder(format!("mqtt://127.0.0.1:{}", mosquitto.port)),
            ErrorKind::Connect,
        ),
        (
            Mqtt::builder(format!("mqtts://127.0.0.1:{}", mosquitto.spy_port)).tls(any_certificate()),
            ErrorKind::Connect,
        ),
    ];
    for (builder, kind) in cases {
        let mqtt = builder.build().unwrap();
        let error = failing(&mqtt).await;
        assert_eq!(error.kind(), kind, "{error}: {:?}", error.source());
    }
    let mqtt = Mqtt::builder(&at_home)
        .tls(trusting().client_cert_pem(certificate, key))
        .build()
        .unwrap();
    let link = mqtt.connect().await.unwrap();
    link.check().await.unwrap();
}

/// A wrong file must be told when the program starts, not when the first event is due.
#[test]
fn certificate_files_are_read_at_build() {
    let error = Mqtt::builder("broker")
        .tls(TlsOptions::new().ca_certs_file("/nowhere/ca.pem"))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}

#[tokio::test]
async fn another_connection_of_the_same_name_takes_the_place() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let mqtt = Mqtt::builder(format!("127.0.0.1:{}", mosquitto.port))
        .client_id("me")
        .qos(QualityOfService::AtLeastOnce)
        .build()
        .unwrap();
    let first = mqtt.connect().await.unwrap();
    let second = mqtt.connect().await.unwrap();
    // A check has another name, and evicts nobody.
    second.check().await.unwrap();
    let (result, outcomes) = send(&*first, numbered(1)).await;
    let error = result.unwrap_err();
    assert!(error.to_string().contains("same client id"), "{error}");
    assert!(matches!(letters(&outcomes).as_str(), "n" | "u"), "{outcomes:?}");
    let (result, outcomes) = send(&*second, numbered(1)).await;
    result.unwrap();
    assert_eq!(letters(&outcomes), "d");
    close(&*second).await.unwrap();
}
