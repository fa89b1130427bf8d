//! The suite that every transport passes, against mosquitto.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jkool_transport::testing::{FarEnd, conformance};
use jkool_transport::{Connect, TlsOptions, async_trait};
use jkool_transport_mqtt::{Mqtt, MqttBuilder, QualityOfService};
use rstest::rstest;
use tokio::sync::Mutex;

use crate::mosquitto::{Door, Mosquitto};
use crate::spy::Spy;

/// How the broker goes dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Darkness {
    /// It is killed, and started again: connections break, and none can be made.
    Crash,
    /// It stops running: connections stay, and nothing is answered.
    #[cfg(unix)]
    Freeze,
}

struct Broker {
    mosquitto: Mutex<Mosquitto>,
    spy: Spy,
    mqtt: Mqtt,
    quality: QualityOfService,
    darkness: Darkness,
}

#[async_trait]
impl FarEnd for Broker {
    fn connect(&self) -> Arc<dyn Connect> {
        Arc::new(self.mqtt.clone())
    }

    async fn received(&self) -> Vec<Bytes> {
        self.spy.bodies()
    }

    async fn refuse_next(&self, _records: usize) {
        unreachable!("MQTT 3.1.1 cannot refuse a message");
    }

    async fn go_dark(&self, dark: bool) {
        let mut mosquitto = self.mosquitto.lock().await;
        match (self.darkness, dark) {
            (Darkness::Crash, true) => mosquitto.kill(),
            (Darkness::Crash, false) => self.spy.through(|| mosquitto.restart()).await,
            #[cfg(unix)]
            (Darkness::Freeze, dark) => mosquitto.freeze(dark),
        }
    }

    fn can_refuse(&self) -> bool {
        false
    }

    fn confirms(&self) -> bool {
        self.quality != QualityOfService::AtMostOnce
    }
}

async fn run(door: Door, quality: QualityOfService, darkness: Darkness) {
    let Some(mosquitto) = Mosquitto::start(door) else {
        return;
    };
    let mqtt = knock(door, &mosquitto)
        .qos(quality)
        .ack_timeout(Duration::from_secs(2))
        .connect_timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let broker = Broker {
        spy: Spy::listen(mosquitto.spy_port).await,
        mosquitto: Mutex::new(mosquitto),
        mqtt,
        quality,
        darkness,
    };
    conformance(&broker).await;
}

/// What gets through this door.
fn knock(door: Door, mosquitto: &Mosquitto) -> MqttBuilder {
    let port = mosquitto.port;
    match door {
        Door::Open => Mqtt::builder(format!("127.0.0.1:{port}")),
        Door::Password => {
            Mqtt::builder(format!("tcp://127.0.0.1:{port}")).credentials(Mosquitto::USER, Mosquitto::PASSWORD)
        }
        Door::Tls => Mqtt::builder(format!("mqtts://localhost:{port}")).tls(trusting(mosquitto)),
        Door::ClientCertificate => {
            let (certificate, key) = mosquitto.certificates.as_ref().unwrap().client.clone();
            Mqtt::builder(format!("ssl://localhost:{port}"))
                .tls(trusting(mosquitto).client_cert_pem(certificate, key))
        }
    }
}

fn trusting(mosquitto: &Mosquitto) -> TlsOptions {
    TlsOptions::new().ca_certs_pem(mosquitto.certificates.as_ref().unwrap().ca.clone())
}

#[rstest]
#[case::plain_0(Door::Open, QualityOfService::AtMostOnce)]
#[case::plain_1(Door::Open, QualityOfService::AtLeastOnce)]
#[case::plain_2(Door::Open, QualityOfService::ExactlyOnce)]
#[case::password(Door::Password, QualityOfService::AtLeastOnce)]
#[case::tls(Door::Tls, QualityOfService::AtLeastOnce)]
#[case::tls_0(Door::Tls, QualityOfService::AtMostOnce)]
#[case::client_certificate(Door::ClientCertificate, QualityOfService::AtLeastOnce)]
#[tokio::test]
async fn conforms_through_a_crash(#[case] door: Door, #[case] quality: QualityOfService) {
    run(door, quality, Darkness::Crash).await;
}

#[cfg(unix)]
#[rstest]
#[case::plain_0(Door::Open, QualityOfService::AtMostOnce)]
#[case::plain_1(Door::Open, QualityOfService::AtLeastOnce)]
#[case::plain_2(Door::Open, QualityOfService::ExactlyOnce)]
#[case::tls(Door::Tls, QualityOfService::AtLeastOnce)]
#[tokio::test]
async fn conforms_through_a_silence(#[case] door: Door, #[case] quality: QualityOfService) {
    run(door, quality, Darkness::Freeze).await;
}

/// The other runs have one thread, as the worker of a client.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conforms_on_several_threads() {
    run(Door::Open, QualityOfService::AtLeastOnce, Darkness::Crash).await;
}
