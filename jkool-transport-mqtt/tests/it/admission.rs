//! Records that cannot be published are refused, and disturb no other.

use jkool_model::EntityKind;
use jkool_transport::{Connect as _, Outcome, RefusalKind};
use jkool_transport_mqtt::{Mqtt, QualityOfService};
use rstest::rstest;

use crate::mosquitto::{Door, Mosquitto};
use crate::sending::{letters, numbered, record, send};
use crate::spy::Spy;

fn mqtt(mosquitto: &Mosquitto) -> jkool_transport_mqtt::MqttBuilder {
    Mqtt::builder(format!("127.0.0.1:{}", mosquitto.port))
}

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_and_the_link_goes_on() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let spy = Spy::listen(mosquitto.spy_port).await;
    let mqtt = mqtt(&mosquitto)
        .topic("t")
        .max_packet_bytes(100_000)
        .build()
        .unwrap();
    let link = mqtt.connect().await.unwrap();
    let most = link.limits().max_record_bytes;
    let (largest, too_large) = ("x".repeat(most), "x".repeat(most + 1));
    mqtt.admit(EntityKind::Event, "any", largest.len()).unwrap();
    let refusal = mqtt.admit(EntityKind::Event, "any", too_large.len()).unwrap_err();
    assert_eq!(refusal.kind(), RefusalKind::TooLarge);

    // Records of an older run may have been accepted under other settings.
    let batch = [
        record("a", "before"),
        record("a", &too_large),
        record("a", &largest),
    ];
    let (result, outcomes) = send(&*link, batch).await;
    result.unwrap();
    assert_eq!(letters(&outcomes), "drd");
    let Outcome::Refused(refusal) = &outcomes[1] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(refusal.kind(), RefusalKind::TooLarge);
    spy.wait_for(2).await;
    assert_eq!(spy.bodies(), ["before", largest.as_str()]);
}

#[rstest]
#[case(QualityOfService::AtMostOnce, "hrrrrh")]
#[case(QualityOfService::AtLeastOnce, "drrrrd")]
#[tokio::test]
async fn a_channel_that_is_no_topic_is_refused_and_the_link_goes_on(
    #[case] quality: QualityOfService,
    #[case] expected: &str,
) {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let spy = Spy::listen(mosquitto.spy_port).await;
    let mqtt = mqtt(&mosquitto).qos(quality).build().unwrap();
    let link = mqtt.connect().await.unwrap();
    let bad = ["", "a/#", "a\u{0}b", "$SYS/a"];
    for channel in bad {
        let refusal = mqtt.admit(EntityKind::Event, channel, 10).unwrap_err();
        assert_eq!(refusal.kind(), RefusalKind::BadTopic, "{channel:?}");
    }
    let batch = ["good"].iter().chain(&bad).chain(&["better"]);
    let (result, outcomes) = send(&*link, batch.map(|channel| record(channel, "body"))).await;
    result.unwrap();
    assert_eq!(letters(&outcomes), expected, "{outcomes:?}");
    spy.wait_for(2).await;
    assert_eq!(spy.topics(), ["good", "better"]);
}

/// What is admitted must not make the broker close the connection.
#[tokio::test]
async fn every_topic_that_is_admitted_arrives() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let spy = Spy::listen(mosquitto.spy_port).await;
    let mqtt = mqtt(&mosquitto).build().unwrap();
    let link = mqtt.connect().await.unwrap();
    let (longest, deepest) = ("t".repeat(65_535), "/".repeat(200));
    let channels = [
        "orders",
        "a b/ß/😀",
        "/",
        &longest,
        &deepest,
        "\u{feff}x",
        "a$SYS",
    ];
    for channel in channels {
        mqtt.admit(EntityKind::Event, channel, 4).unwrap();
    }
    let (result, outcomes) = send(&*link, channels.map(|channel| record(channel, "body"))).await;
    result.unwrap();
    assert_eq!(letters(&outcomes), "ddddddd");
    spy.wait_for(channels.len()).await;
    assert_eq!(spy.topics(), channels);
}

#[tokio::test]
async fn a_fixed_topic_takes_records_of_any_channel() {
    let Some(mosquitto) = Mosquitto::start(Door::Open) else {
        return;
    };
    let spy = Spy::listen(mosquitto.spy_port).await;
    let mqtt = mqtt(&mosquitto).topic("rust/streams").build().unwrap();
    let link = mqtt.connect().await.unwrap();
    let mut batch = numbered(2);
    batch[1].channel = "#".into();
    mqtt.admit(EntityKind::Event, "#", 10).unwrap();
    let (result, outcomes) = send(&*link, batch).await;
    result.unwrap();
    assert_eq!(letters(&outcomes), "dd");
    spy.wait_for(2).await;
    assert_eq!(spy.topics(), ["rust/streams", "rust/streams"]);
}
