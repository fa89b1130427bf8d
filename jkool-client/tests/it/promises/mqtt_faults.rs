//! Over MQTT, nothing accepted is lost, whatever becomes of the broker.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jkool_client::{Client, Event, Health, Mqtt, RefusalKind, RetryPolicy, SendErrorKind};
use rstest::rstest;

use super::mosquitto::Mosquitto;
use super::mqtt_wire::{CONNECT, PUBLISH, Packet, connack};
use super::oracle::Oracle;
use super::scripted_broker::{ScriptedBroker, acknowledge};
use crate::PATIENCE;

const WINDOW: usize = 100;

fn client(address: String, is_ordered: bool) -> Client {
    let mqtt = Mqtt::builder(address)
        .topic("rust/streams")
        .window(WINDOW)
        .build()
        .unwrap();
    let retry = RetryPolicy::default()
        .initial_delay(Duration::from_millis(5))
        .max_delay(Duration::from_millis(50));
    Client::builder()
        .transport(mqtt)
        .ordered(is_ordered)
        .retry(retry)
        .build()
        .unwrap()
}

/// Streams while the broker is killed and started again, so many times.
fn stream_through_crashes(events: usize, kills: usize, is_ordered: bool) {
    let Some(mut mosquitto) = Mosquitto::start() else {
        return;
    };
    let client = client(mosquitto.address(), is_ordered);
    let oracle = Oracle::default();
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| oracle.send_all(&client, events));
        for kill in 1..=kills {
            mosquitto.wait_for(kill * events / (kills + 1));
            mosquitto.kill();
            assert!(
                client.stats().pending > 0 || !sending.is_finished(),
                "all was over before"
            );
            mosquitto.restart();
        }
        sending.join().unwrap();
    });
    client.flush(PATIENCE).unwrap();
    oracle.prove_alive(&client);
    mosquitto.wait_for(events + 1);

    let stats = client.stats();
    assert!(stats.is_balanced() && stats.pending == 0, "{stats:?}");
    assert_eq!(stats.delivered, events as u64 + 1);
    assert!(stats.connections > kills as u64, "{stats:?}");
    client.close(PATIENCE).unwrap();
    // The subscriber may hear of the last ones a little later than the client.
    let deadline = Instant::now() + PATIENCE;
    let mut judgement = oracle.judge(mosquitto.bodies());
    while !judgement.missing.is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20)); // poll: for the last messages
        judgement = oracle.judge(mosquitto.bodies());
    }
    judgement.assert_kept();
    if is_ordered {
        judgement.assert_in_order();
    }
    assert!(
        judgement.duplicates <= kills * WINDOW,
        "{} duplicates after {kills} crashes",
        judgement.duplicates
    );
}

#[test]
fn a_broker_that_crashes_ten_times_loses_nothing_and_keeps_the_order() {
    stream_through_crashes(50_000, 10, true);
}

#[test]
fn without_order_crashes_lose_nothing_either() {
    stream_through_crashes(10_000, 5, false);
}

#[test]
#[ignore = "takes minutes: cargo test -p jkool-client --all-features -- --ignored a_hundred_crashes"]
fn a_hundred_crashes_lose_nothing() {
    stream_through_crashes(500_000, 100, true);
}

#[test]
fn what_breaks_a_connection_is_refused_before_it_is_accepted() {
    let broker = ScriptedBroker::start(|client| acknowledge(&client, |_| true));
    let mqtt = Mqtt::builder(broker.address())
        .max_packet_bytes(2_000)
        .build()
        .unwrap();
    let client = Client::builder().transport(mqtt).build().unwrap();
    let oracle = Oracle::default();
    oracle.prove_alive(&client);

    let refused = |logger: &str, event: Event| match client.logger(logger).send(event).unwrap_err().kind() {
        SendErrorKind::Refused(refusal) => refusal.kind(),
        other => panic!("{other:?}"),
    };
    let oversized = || Event::new("large").message("x".repeat(2_000));
    for _ in 0..100 {
        assert_eq!(refused("orders", oversized()), RefusalKind::TooLarge);
    }
    for topic in [
        "",
        "a/#",
        "a/+/b",
        "a\0b",
        "a\nb",
        "$SYS/broker",
        &"long".repeat(20_000),
    ] {
        assert_eq!(
            refused(topic, Event::new("lost?")),
            RefusalKind::BadTopic,
            "{topic:.9}"
        );
    }
    let stats = client.stats();
    assert_eq!((stats.accepted, stats.refused, stats.pending), (1, 107, 0));
    oracle.prove_alive(&client);
    assert_eq!(broker.visits().len(), 1, "the connection was never disturbed");
    client.close(PATIENCE).unwrap();
}

/// How a broker that does not want us turns us away.
#[derive(Clone, Copy, Debug)]
enum Rebuff {
    Connack(u8),
    Silence,
    CutOnPublish,
}

fn rebuff(mut client: &TcpStream, how: Rebuff) -> std::io::Result<()> {
    loop {
        match (Packet::read(&mut client)?.kind, how) {
            (CONNECT, Rebuff::Connack(code)) => return client.write_all(&connack(code)),
            (CONNECT, Rebuff::Silence) => return Ok(()),
            (CONNECT, Rebuff::CutOnPublish) => client.write_all(&connack(0))?,
            (PUBLISH, _) => return Ok(()),
            _ => {}
        }
    }
}

#[rstest]
#[case::wrong_protocol(Rebuff::Connack(1), 1)]
#[case::wrong_client_id(Rebuff::Connack(2), 1)]
#[case::unavailable(Rebuff::Connack(3), 10)]
#[case::wrong_password(Rebuff::Connack(4), 1)]
#[case::not_authorized(Rebuff::Connack(5), 1)]
#[case::silence(Rebuff::Silence, 10)]
#[case::cut_on_publish(Rebuff::CutOnPublish, 10)]
fn a_broker_that_refuses_is_left_in_peace(#[case] how: Rebuff, #[case] most_visits: usize) {
    // The waits double: whoever comes ten times in the first seconds does not come twenty times in the first minute.
    const WATCHED: Duration = Duration::from_secs(4);
    let broker = ScriptedBroker::start(move |client| rebuff(&client, how));
    let client = Client::builder()
        .mqtt(broker.address())
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    let oracle = Oracle::default();
    oracle.send_all(&client, 500);
    let start = Instant::now();
    while start.elapsed() < WATCHED {
        let visits = broker.visits().len();
        assert!(visits <= most_visits, "{visits} visits in {:?}", start.elapsed());
        std::thread::sleep(Duration::from_millis(10)); // poll: that nobody comes too often
    }
    assert!(!broker.visits().is_empty(), "nobody came at all");
    let is_as_expected = match most_visits {
        1 => matches!(client.health(), Health::Holding { .. }),
        _ => matches!(client.health(), Health::Retrying { .. }),
    };
    assert!(is_as_expected, "{:?}", client.health());
    let stats = client.stats();
    assert_eq!(
        (stats.pending, stats.dropped.total()),
        (500, 0),
        "nothing is dropped for it"
    );
}
