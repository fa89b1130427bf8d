//! Bodies recorded from TNT4PY itself: the call and what it sent.

use jkool_model::{
    CompletionCode, Dialect, Encoder, Entity, Event, Property, PropertyValue, RawJson, Severity, Snapshot,
    Timestamp, TypedValue,
};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../data/tnt4py-logevent.ndjson");

/// Says through the API what a call of `logEvent` says through its arguments.
fn replay(call: &Value) -> Event {
    let mut event = Event::bare()
        .operation(text(&call["logger"]))
        .severity(Severity::from_python_name(call["severity"].as_str().unwrap()).unwrap());
    for (name, value) in call["args"].as_object().unwrap() {
        event = match name.as_str() {
            "msg_text" => event.message(text(value)),
            "source_fqn" => event.source_fqn(text(value)),
            "tracking_id" => event.tracking_id(text(value)),
            "time_usec" => event.time(time(value)),
            "corr_id" => event.correlators(texts(value)),
            "exception" => event.exception(text(value)),
            "resource" => event.resource(text(value)),
            "wait_time_used" => event.wait_time(duration(value)),
            "source_url" => event.source_url(text(value)),
            "pid" => event.pid(number(value)),
            "tid" => event.tid(number(value)),
            "comp_code" => event.completion_code(text(value).parse::<CompletionCode>().unwrap()),
            "reason_code" => event.reason_code(number(value)),
            "location" => event.location(text(value)),
            "operation" => event.operation(text(value)),
            "user" => event.user(text(value)),
            "start_time_usec" => event.start_time(time(value)),
            "end_time_usec" => event.end_time(time(value)),
            "elapsed_time_usec" => event.elapsed(duration(value)),
            "msg_size" => event.message_size(value.as_u64().unwrap()),
            "encoding" => event.encoding(text(value)),
            "charset" => event.charset(text(value)),
            "mime_type" => event.mime_type(text(value)),
            "msg_age" => event.message_age(duration(value)),
            "msg_tag" => event.tags(texts(value)),
            "parent_tracking_id" => event.parent_id(text(value)),
            "properties" => event.properties(value.as_array().unwrap().iter().map(property)),
            "snapshots" => event.snapshots(value.as_array().unwrap().iter().map(snapshot)),
            other => panic!("argument {other} is not known"),
        };
    }
    event
}

fn snapshot(arguments: &Value) -> Snapshot {
    let arguments = arguments.as_object().unwrap();
    let mut snapshot = Snapshot::bare(text(&arguments["name"]));
    for (name, value) in arguments {
        snapshot = match name.as_str() {
            "name" => snapshot,
            "time_usec" => snapshot.time(time(value)),
            "parent_id" => snapshot.parent_id(text(value)),
            "category" => snapshot.category(text(value)),
            "properties" => snapshot.properties(value.as_array().unwrap().iter().map(property)),
            other => panic!("argument {other} is not known"),
        };
    }
    snapshot
}

fn property(arguments: &Value) -> Property {
    let value: TypedValue = match &arguments["value"] {
        Value::Null => PropertyValue::Null.into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) if number.is_i64() => number.as_i64().into(),
        Value::Number(number) => number.as_f64().into(),
        Value::String(text) => text.clone().into(),
        other => panic!("{other} is no value of a property"),
    };
    Property::new(text(&arguments["name"]), value).typed(text(&arguments["type"]))
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(texts) => texts.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("an integer")
}

fn time(value: &Value) -> Timestamp {
    Timestamp::from_micros(number(value))
}

fn duration(value: &Value) -> std::time::Duration {
    std::time::Duration::from_micros(value.as_u64().expect("an integer"))
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_recorded_call_gives_the_recorded_body() {
    let mut calls = 0;
    for line in GOLDEN.lines() {
        let call = parse(line);
        let event = replay(&call);
        assert_eq!(
            parse(&event.to_json(Dialect::Tnt4py)),
            call["body"],
            "{}",
            call["name"]
        );
        assert_eq!(event.validate(), Ok(()), "{}", call["name"]);
        calls += 1;
    }
    assert_eq!(calls, 9);
}

#[test]
fn every_recorded_body_survives_reading_and_writing() {
    for line in GOLDEN.lines() {
        let call = parse(line);
        let entity = Entity::from_json(call["body"].to_string().as_bytes()).unwrap();
        assert_eq!(
            parse(&entity.to_json(Dialect::Tnt4py)),
            call["body"],
            "{}",
            call["name"]
        );
        assert_eq!(entity, Entity::Event(replay(&call)), "{}", call["name"]);
    }
}

/// The default dialect has other names for a few fields, and the same values.
#[test]
fn every_recorded_body_reads_the_same_in_either_dialect() {
    for line in GOLDEN.lines() {
        let event = replay(&parse(line));
        let other = Event::from_json(event.to_json(Dialect::Tnt4j).as_bytes()).unwrap();
        assert_eq!(other, event);
    }
}

#[test]
fn a_plain_logger_call() {
    let encoder = Encoder::new(Dialect::Tnt4py).operation("a.b");
    let event = Event::bare().message("plain x").severity(Severity::Info);
    assert_eq!(
        encoder.encode_to_string(&event),
        r#"{"operation":"a.b","type":"EVENT","msg-text":"plain x","severity":"INFO"}"#
    );
}

#[test]
fn the_command_line() {
    let event = Event::bare().operation("tnt4py").message("Your message");
    assert_eq!(
        parse(&event.to_json(Dialect::Tnt4py)),
        json!({"operation": "tnt4py", "type": "EVENT", "msg-text": "Your message"})
    );
}

#[test]
fn a_call_with_everything_renamed() {
    let event = Event::bare()
        .operation("op1")
        .message("m2")
        .severity(Severity::Critical)
        .source_fqn("APPL=x")
        .tracking_id("t")
        .time(Timestamp::from_micros(1))
        .correlators(["a", "b"])
        .wait_time(std::time::Duration::from_micros(6))
        .pid(0)
        .completion_code(CompletionCode::Success)
        .message_age(std::time::Duration::from_micros(5))
        .parent_id("p")
        .add_property(Property::new("n", 1).typed("integer"));
    let expected = json!({
        "operation": "op1", "type": "EVENT", "msg-text": "m2", "severity": "CRITICAL", "source-fqn": "APPL=x",
        "tracking-id": "t", "time-usec": 1, "corr-id": ["a", "b"], "wait-time-used": 6, "pid": 0,
        "comp-code": "SUCCESS", "msg-age": 5, "parent-tracking-id": "p",
        "properties": [{"name": "n", "value": 1, "type": "integer"}],
    });
    assert_eq!(parse(&event.to_json(Dialect::Tnt4py)), expected);
}

#[test]
fn custom_tags_become_fields() {
    let event = Event::bare()
        .operation("l")
        .field("tenant", "acme")
        .field("cart", RawJson::parse(r#"{"items": [1, 2]}"#).unwrap());
    assert_eq!(
        event.to_json(Dialect::Tnt4py),
        r#"{"operation":"l","type":"EVENT","tenant":"acme","cart":{"items":[1,2]}}"#
    );
}
