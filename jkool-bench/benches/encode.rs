//! What it costs to write an event of 522 bytes as JSON, and to make a tracking id.
//!
//! The event has a source FQN, two correlators, and a snapshot of two properties. The peer is a plain struct
//! with a derived `Serialize`, written by `serde_json` into the same kind of reused buffer.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jkool_model::{Decorations, Dialect, Encoder, Event, Severity, Snapshot, Timestamp, TrackingId};
use serde::Serialize;

const SOURCE_FQN: &str = "APPL=WebShop#SERVER=web100#DATACENTER=DC1";
const TRACKING_ID: &str = "0190a6e4-1b2c-7d3e-8f40-51627384a5b6";
const TIME: i64 = 1_457_524_800_000_000;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DerivedEvent<'a> {
    operation: &'a str,
    r#type: &'a str,
    msg_text: &'a str,
    severity: &'a str,
    source_fqn: &'a str,
    tracking_id: &'a str,
    time_usec: i64,
    corrid: Vec<&'a str>,
    location: &'a str,
    snapshots: Vec<DerivedSnapshot<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DerivedSnapshot<'a> {
    name: &'a str,
    time_usec: i64,
    r#type: &'a str,
    category: &'a str,
    properties: Vec<DerivedProperty<'a>>,
}

#[derive(Serialize)]
struct DerivedProperty<'a> {
    name: &'a str,
    r#type: &'a str,
    value: Value<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Number(f64),
}

fn derived() -> DerivedEvent<'static> {
    DerivedEvent {
        operation: "PlaceOrder",
        r#type: "EVENT",
        msg_text: "order processed successfully",
        severity: "INFO",
        source_fqn: SOURCE_FQN,
        tracking_id: TRACKING_ID,
        time_usec: TIME,
        corrid: vec!["order-4711", "session-81a7"],
        location: "Atlanta, GA",
        snapshots: vec![DerivedSnapshot {
            name: "Payment",
            time_usec: TIME + 1,
            r#type: "SNAPSHOT",
            category: "Order",
            properties: vec![
                DerivedProperty {
                    name: "order-no",
                    r#type: "string",
                    value: Value::Text("4711"),
                },
                DerivedProperty {
                    name: "order-amount",
                    r#type: "double",
                    value: Value::Number(99.5),
                },
            ],
        }],
    }
}

/// The event without what a client's decorations say.
fn undecorated() -> Event {
    Event::bare()
        .message("order processed successfully")
        .severity(Severity::Info)
        .tracking_id(TRACKING_ID)
        .time(Timestamp::from_micros(TIME))
        .correlators(["order-4711", "session-81a7"])
        .snapshot(
            Snapshot::bare("Payment")
                .category("Order")
                .time(Timestamp::from_micros(TIME + 1))
                .property("order-no", "4711")
                .property("order-amount", 99.5),
        )
}

fn event() -> Event {
    undecorated()
        .operation("PlaceOrder")
        .source_fqn(SOURCE_FQN)
        .location("Atlanta, GA")
}

fn json(criterion: &mut Criterion) {
    let derived = derived();
    let derived_json = serde_json::to_string(&derived).expect("the struct is plain data");
    let encoder = Encoder::new(Dialect::Tnt4j);
    let decorations = Decorations::new().source_fqn(SOURCE_FQN).location("Atlanta, GA");
    let decorated = encoder.clone().decorations(decorations).operation("PlaceOrder");
    assert_eq!(
        encoder.encode_to_string(&event()),
        derived_json,
        "both must write the same"
    );
    assert_eq!(
        decorated.encode_to_string(&undecorated()),
        derived_json,
        "both must write the same"
    );
    assert_eq!(derived_json.len(), 522);

    let mut group = criterion.benchmark_group("json");
    group.throughput(Throughput::Bytes(522));
    let mut out = Vec::with_capacity(4096);
    group.bench_function("encoder", |bencher| {
        let event = event();
        bencher.iter(|| {
            out.clear();
            encoder.encode(black_box(&event), &mut out);
            black_box(&out);
        });
    });
    group.bench_function("encoder, source and place as decorations", |bencher| {
        let event = undecorated();
        bencher.iter(|| {
            out.clear();
            decorated.encode(black_box(&event), &mut out);
            black_box(&out);
        });
    });
    group.bench_function("serde_json, derived struct", |bencher| {
        bencher.iter(|| {
            out.clear();
            serde_json::to_writer(&mut out, black_box(&derived)).expect("a buffer takes everything");
            black_box(&out);
        });
    });
    group.bench_function("encoder, event made, validated, written", |bencher| {
        bencher.iter(|| {
            out.clear();
            let event = undecorated();
            assert!(event.validate().is_ok());
            decorated.encode(&event, &mut out);
            black_box(&out);
        });
    });
    group.finish();
}

fn plain_event(criterion: &mut Criterion) {
    let decorated = Encoder::new(Dialect::Tnt4j)
        .decorations(Decorations::new().source_fqn(SOURCE_FQN).location("Atlanta, GA"))
        .operation("orders");
    let mut out = Vec::with_capacity(4096);
    criterion.bench_function("plain event made, validated, written", |bencher| {
        bencher.iter(|| {
            out.clear();
            let event = Event::new("PlaceOrder")
                .message("order processed successfully")
                .severity(Severity::Info);
            assert!(event.validate().is_ok());
            decorated.encode(&event, &mut out);
            black_box(&out);
        });
    });
}

fn tracking_id(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tracking id");
    let time = Timestamp::now();
    group.bench_function("fresh_at, clock read before", |bencher| {
        bencher.iter(|| TrackingId::fresh_at(black_box(time)));
    });
    group.bench_function("fresh", |bencher| bencher.iter(TrackingId::fresh));
    group.bench_function("the clock alone", |bencher| bencher.iter(Timestamp::now));
    group.bench_function("uuid, now_v7", |bencher| bencher.iter(uuid::Uuid::now_v7));
    group.finish();
}

criterion_group!(benches, json, plain_event, tracking_id);
criterion_main!(benches);
