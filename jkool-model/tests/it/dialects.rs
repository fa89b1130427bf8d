//! One complete entity of each kind, as it stands on the wire.

use std::time::Duration;

use jkool_model::{
    Activity, ActivityStatus, CompletionCode, Dataset, Dialect, Entity, Event, LogEntry, LogType,
    OperationType, Property, Severity, Snapshot, Timestamp, Ttl, ValueType,
};
use serde_json::Value;

fn time(offset: i64) -> Timestamp {
    Timestamp::from_micros(1_457_524_800_000_000 + offset)
}

fn payment() -> Snapshot {
    Snapshot::bare("Payment")
        .category("Order")
        .time(time(1))
        .severity(Severity::Notice)
        .tracking_id("s-1")
        .parent_id("t-1")
        .source_fqn("APPL=Shop")
        .source("Shop")
        .source_ssn("ssn")
        .source_url("https://shop.example/")
        .ttl(Duration::from_secs(60))
        .property("order-no", "4711")
        .add_property(Property::new("order-amount", 99.5).value_type(ValueType::CURRENCY_EUR))
        .field("own", true)
}

fn event() -> Event {
    Event::bare()
        .operation("PlaceOrder")
        .operation_type(OperationType::Send)
        .message("order \"4711\"\nprocessed \u{1} ü 😀")
        .severity(Severity::Info)
        .tracking_id("0190a6e4-0000-7000-8000-000000000000")
        .parent_id("p-1")
        .time(time(0))
        .source_fqn("APPL=Shop#SERVER=web1")
        .source("Shop")
        .source_ssn("ssn")
        .source_url("https://shop.example/")
        .correlator("order-4711")
        .location("Atlanta, GA")
        .user("alice")
        .resource("queue/A")
        .exception("java.lang.X")
        .completion_code(CompletionCode::Warning)
        .reason_code(2035)
        .pid(42)
        .tid(7)
        .start_time(time(-10))
        .end_time(time(0))
        .elapsed(Duration::from_micros(10))
        .wait_time(Duration::from_micros(6))
        .message_age(Duration::from_micros(5))
        .message_size(20)
        .mime_type("text/plain")
        .encoding("none")
        .charset("UTF-8")
        .tag("vip")
        .ttl(Ttl::NOT_STORED)
        .property("number", 1_i32)
        .property("wide", u64::MAX)
        .property("share", 0.25_f32)
        .property("flag", true)
        .property("when", time(2))
        .property("nothing", None::<bool>)
        .property("not a number", f64::NAN)
        .snapshot(payment())
        .field("own", "field")
        .field("infinite", f64::INFINITY)
}

fn all() -> [(&'static str, Entity); 5] {
    [
        ("event", event().into()),
        (
            "activity",
            Activity::bare()
                .operation("ProcessOrder")
                .status(ActivityStatus::Exception)
                .severity(Severity::Error)
                .tracking_id("a-1")
                .time(time(0))
                .elapsed(Duration::from_millis(12))
                .correlators(["order-4711", "cart-1"])
                .members(2)
                .into(),
        ),
        ("snapshot", payment().into()),
        (
            "dataset",
            Dataset::bare("prices")
                .category("catalog")
                .time(time(0))
                .property("apple", 1.2)
                .into(),
        ),
        (
            "log_entry",
            LogEntry::bare()
                .message("admin logged in")
                .log_type(LogType::Audit)
                .severity(Severity::Notice)
                .time(time(0))
                .user("admin")
                .into(),
        ),
    ]
}

trait Members {
    fn members(self, count: usize) -> Self;
}

impl Members for Activity {
    fn members(self, count: usize) -> Self {
        (1..=count).fold(self, |activity, number| activity.member(format!("t-{number}")))
    }
}

fn pretty(json: &str) -> String {
    assert!(!json.contains('\n'), "one line");
    // The text itself, not a `Value`, which would sort the keys.
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for character in json.chars() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            out.push(character);
            continue;
        }
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        in_string = character == '"';
        out.push(character);
        if character == ',' && depth == 1 {
            out.push('\n');
        }
    }
    out
}

#[test]
fn in_the_default_dialect() {
    for (name, entity) in all() {
        insta::assert_snapshot!(name, pretty(&entity.to_json(Dialect::Tnt4j)));
    }
}

#[test]
fn an_event_in_the_dialect_of_tnt4py() {
    insta::assert_snapshot!("event_tnt4py", pretty(&event().to_json(Dialect::Tnt4py)));
}

#[test]
fn serde_writes_what_the_encoder_writes() {
    for (name, entity) in all() {
        assert_eq!(
            serde_json::to_string(&entity).unwrap(),
            entity.to_json(Dialect::Tnt4j),
            "{name}"
        );
        let value: Value = serde_json::to_value(&entity).unwrap();
        // A `Value` sorts the names, so that only what they say can be compared.
        let read: Entity = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), value, "{name}");
    }
}

#[test]
fn every_field_is_read_back() {
    for (name, entity) in all() {
        for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
            let json = entity.to_json(dialect);
            let read = Entity::from_json(json.as_bytes()).unwrap();
            assert_eq!(read.to_json(dialect), json, "{name}");
            assert_eq!(serde_json::from_str::<Entity>(&json).unwrap(), read, "{name}");
        }
    }
    let Entity::Event(read) = Entity::from_json(event().to_json(Dialect::Tnt4py).as_bytes()).unwrap() else {
        panic!("an event")
    };
    assert_eq!(
        read.get_fields().map(|(name, _)| name).collect::<Vec<_>>(),
        ["own"]
    );
}

#[test]
fn members_are_capped_and_counted() {
    let activity = Activity::bare().operation("a").members(300);
    assert_eq!(activity.get_members().len(), jkool_model::ID_SET_MAX);
    assert_eq!(activity.get_member_count(), 300);
    assert!(
        activity
            .to_json(Dialect::Tnt4j)
            .contains(r#""id-count":300,"id-set":["t-1","t-2","#)
    );
}

#[test]
fn new_entities_are_of_now() {
    let before = Timestamp::now();
    let (event, again, snapshot) = (Event::new("op"), Event::new("op"), Snapshot::new("s"));
    let between = before..=Timestamp::now();
    assert!(between.contains(&event.get_time().unwrap()));
    assert!(between.contains(&snapshot.get_time().unwrap()));
    assert_ne!(event.get_tracking_id(), again.get_tracking_id());
    assert_eq!(event.get_severity(), Some(Severity::Info));
    assert_eq!(Activity::new("a").get_status(), Some(ActivityStatus::End));
}

#[test]
fn stamping_fills_gaps_only() {
    let mut bare = Entity::from(Event::bare());
    bare.stamp();
    assert!(bare.tracking_id().is_some() && bare.time().is_some());

    let mut set = Entity::from(Snapshot::bare("s").tracking_id("own").time(time(0)));
    let copy = set.clone();
    set.stamp();
    assert_eq!(set, copy);
}
