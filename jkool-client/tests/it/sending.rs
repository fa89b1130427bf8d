//! What is accepted, what is not, and what is filled in.

use jkool_client::transport::testing::{Recording, Scripted, Step};
use jkool_client::transport::{Batch, Limits, Outcome, Report, Transport, async_trait};
use jkool_client::{
    Client, ClientBuilder, Connect, Dataset, Dialect, DropReason, Endpoint, EntityKind, Event, Fate,
    FilterReason, LogEntry, Property, Refusal, RefusalKind, SendErrorKind, Severity, Snapshot, State,
    TransportError,
};
use serde_json::Value;

use crate::PATIENCE;

/// What arrives when `send` sends to a client that `build` has built.
fn arrived(build: impl FnOnce(ClientBuilder) -> ClientBuilder, send: impl FnOnce(&Client)) -> Vec<Value> {
    let recording = Recording::new();
    let client = build(Client::builder().transport(recording.clone()))
        .build()
        .unwrap();
    send(&client);
    client.close(PATIENCE).unwrap();
    recording
        .bodies()
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect()
}

#[test]
fn what_an_event_lacks_is_filled_in() {
    let bodies = arrived(
        |builder| builder.location("Atlanta, GA").user("alice"),
        |client| {
            client.send(Event::bare().operation("Pay")).unwrap();
            client.send(Event::new("Pay").user("bob").pid(7)).unwrap();
        },
    );
    let source = bodies[0]["source-fqn"].as_str().unwrap();
    assert!(
        source.starts_with("APPL=it") && source.contains("#SERVER=") && source.contains("#NETADDR="),
        "{source}"
    );
    assert!(!source.contains('?'));
    assert_eq!(
        (&bodies[0]["user"], &bodies[0]["location"]),
        (&"alice".into(), &"Atlanta, GA".into())
    );
    assert_eq!(bodies[0]["pid"], std::process::id());
    assert!(bodies[0]["tracking-id"].is_string() && bodies[0]["time-usec"].is_i64());
    assert_eq!(
        (&bodies[1]["user"], &bodies[1]["pid"]),
        (&"bob".into(), &7.into())
    );
    assert_ne!(bodies[0]["tracking-id"], bodies[1]["tracking-id"]);
}

#[test]
fn nothing_is_added_in_the_dialect_of_tnt4py() {
    let bodies = arrived(
        |builder| builder.dialect(Dialect::Tnt4py),
        |client| {
            client
                .logger("root")
                .send(Event::bare().message("hi").severity(Severity::Info))
                .unwrap()
        },
    );
    let expected = r#"{"operation":"root","type":"EVENT","msg-text":"hi","severity":"INFO"}"#;
    assert_eq!(bodies, [serde_json::from_str::<Value>(expected).unwrap()]);
}

#[test]
fn a_source_fqn_is_resolved_once() {
    let source_fqn = "APPL=Shop#SERVICE=$PATH#PROCESS=?".parse().unwrap();
    let bodies = arrived(
        |builder| builder.source_fqn(source_fqn),
        |client| client.send(Event::new("a")).unwrap(),
    );
    let path = std::env::var("PATH").unwrap();
    let expected = format!("APPL=Shop#SERVICE={path}#PROCESS={}", std::process::id());
    assert_eq!(bodies[0]["source-fqn"], expected);
}

#[test]
fn the_level_is_a_gate() {
    let recording = Recording::new();
    let client = Client::builder()
        .transport(recording.clone())
        .level(Severity::Warning)
        .build()
        .unwrap();
    let send = |severity| client.send(Event::new("gate").severity(severity)).unwrap();
    [Severity::Trace, Severity::Info, Severity::Notice]
        .into_iter()
        .for_each(send);
    [Severity::None, Severity::Warning, Severity::Halt]
        .into_iter()
        .for_each(send);
    client.send(Event::bare().operation("no severity")).unwrap();
    let receipt = client
        .send_tracked(Event::new("gate").severity(Severity::Debug))
        .unwrap();
    assert!(matches!(
        receipt.fate(),
        Some(Fate::Filtered(FilterReason::Level))
    ));
    client.flush(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(
        (stats.filtered.total(), stats.offered, stats.delivered),
        (4, 4, 4)
    );
    assert_eq!(recording.records().len(), 4);
}

#[test]
fn the_gate_is_at_info_by_default() {
    let bodies = arrived(
        |builder| builder,
        |client| {
            client
                .send(Event::new("debug").severity(Severity::Debug))
                .unwrap();
            client.send(Event::new("info")).unwrap();
        },
    );
    assert_eq!(bodies.len(), 1);
}

#[test]
fn every_kind_of_entity_travels() {
    let recording = Recording::new();
    let client = Client::builder().transport(recording.clone()).build().unwrap();
    client.send(Event::new("event")).unwrap();
    client.send(jkool_client::Activity::new("activity")).unwrap();
    client
        .send(Snapshot::new("snapshot").property("load", 0.5))
        .unwrap();
    client
        .send(Dataset::new("dataset").add_property(Property::new("price", 1)))
        .unwrap();
    client.send(LogEntry::new("log entry")).unwrap();
    client.close(PATIENCE).unwrap();
    let kinds: Vec<EntityKind> = recording.records().iter().map(|record| record.kind).collect();
    assert_eq!(kinds, EntityKind::ALL);
    assert_eq!(
        &*recording.records()[0].channel,
        "jkool",
        "the channel of what no logger sends"
    );
}

#[test]
fn what_makes_no_sense_is_handed_back() {
    let client = Client::builder().transport(Recording::new()).build().unwrap();
    let event = Event::new("");
    let error = client.send(event.clone()).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Invalid(_)), "{error:?}");
    assert_eq!(error.to_string(), "the event was not accepted: it is not valid");
    assert_eq!(error.into_entity(), event.into());
    let stats = client.stats();
    assert_eq!((stats.offered, stats.refused, stats.accepted), (1, 1, 0));
}

#[test]
fn a_full_queue_hands_back_and_never_waits() {
    let stalled = Scripted::new(vec![Step::Stall; 10]);
    let client = Client::builder()
        .transport(stalled)
        .max_queued_events(10)
        .drop_timeout(std::time::Duration::ZERO)
        .build()
        .unwrap();
    (0..10).for_each(|_| client.send(Event::new("fits")).unwrap());
    let error = client.send(Event::new("one too many")).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::QueueFull));
    let stats = client.stats();
    assert_eq!((stats.pending, stats.refused), (10, 1));
    assert!(stats.is_balanced());
}

#[test]
fn what_can_never_be_queued_is_too_large() {
    let client = Client::builder()
        .transport(Recording::new())
        .max_queued_bytes(1000)
        .build()
        .unwrap();
    let error = client
        .send(Event::new("big").message("x".repeat(1000)))
        .unwrap_err();
    assert!(
        matches!(
            error.kind(),
            SendErrorKind::TooLarge {
                bytes: 1001..,
                max_bytes: 1000
            }
        ),
        "{error:?}"
    );
}

/// Admits what its topic allows, and sends an event of its own while it looks.
#[derive(Clone)]
struct Picky {
    endpoint: Endpoint,
    recording: Recording,
    client: std::sync::Arc<std::sync::OnceLock<Client>>,
}

#[async_trait]
impl Connect for Picky {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Connect::connect(&self.recording).await
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn admit(&self, _kind: EntityKind, channel: &str, body_bytes: usize) -> Result<(), Refusal> {
        assert!(body_bytes > 0);
        if !channel.contains('#') {
            return Ok(());
        }
        self.client
            .get()
            .unwrap()
            .send(Event::new("while looking"))
            .unwrap();
        Err(Refusal::new(RefusalKind::BadTopic, "a topic has no #"))
    }
}

#[test]
fn a_transport_may_refuse_before_acceptance_and_send_while_it_looks() {
    let recording = Recording::new();
    let picky = Picky {
        endpoint: Endpoint::named("picky"),
        recording: recording.clone(),
        client: Default::default(),
    };
    let client = Client::builder().transport(picky.clone()).build().unwrap();
    picky.client.set(client.clone()).unwrap();
    client.logger("good").send(Event::new("good")).unwrap();
    let error = client.logger("bad#").send(Event::new("bad")).unwrap_err();
    assert!(
        matches!(error.kind(), SendErrorKind::Refused(refusal) if refusal.kind() == RefusalKind::BadTopic)
    );
    client.close(PATIENCE).unwrap();
    assert!(recording.bodies()[0].contains("good") && recording.bodies()[1].contains("while looking"));
}

#[test]
fn receipts_tell_what_became_of_each() {
    let refusal = Refusal::new(RefusalKind::Invalid, "no such type");
    let scripted = Scripted::new([
        Step::Settle(Outcome::Delivered),
        Step::Settle(Outcome::Handed),
        Step::Settle(Outcome::Refused(refusal)),
    ])
    .with_limits(Limits::default());
    let client = Client::builder().transport(scripted).build().unwrap();
    let receipts = [(); 3].map(|()| client.send_tracked(Event::new("tracked")).unwrap());
    let fates = receipts.map(|receipt| receipt.wait(State::Delivered, PATIENCE).unwrap());
    assert!(matches!(fates[0], Fate::Delivered) && matches!(fates[1], Fate::Handed));
    match &fates[2] {
        Fate::Dropped(dropped) => {
            assert_eq!(dropped.reason(), DropReason::Refused);
            assert_eq!(dropped.to_string(), "not delivered, refused: no such type");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn queued_is_true_at_once() {
    let client = Client::builder()
        .transport(Scripted::new([Step::Stall]))
        .drop_timeout(std::time::Duration::ZERO)
        .build()
        .unwrap();
    let receipt = client.send_tracked(Event::new("tracked")).unwrap();
    assert!(matches!(
        receipt.wait(State::Queued, std::time::Duration::ZERO),
        Ok(Fate::Pending(State::Queued))
    ));
    assert!(receipt.fate().is_none());
}

/// The types of a batch and a report are part of the public interface for transports of one's own.
#[expect(dead_code, reason = "it only has to compile")]
fn is_nameable(_: Batch, _: Report) {}
