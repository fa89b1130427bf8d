//! Defaults that an encoder adds to entities without a value of their own.

use jkool_model::{Activity, Dataset, Decorations, Dialect, Encoder, Event, LogEntry, Snapshot, SourceFqn};

fn decorations() -> Decorations {
    let source: SourceFqn = "APPL=Shop#SERVER=web1".parse().unwrap();
    Decorations::new()
        .source_fqn(&source)
        .operation("default")
        .location("Atlanta \"GA\"")
        .user("alice")
        .resource("r")
        .source("Shop")
        .source_ssn("ssn")
        .source_url("u")
        .pid(1)
        .tid(2)
}

#[test]
fn an_entity_without_values_takes_all() {
    let encoder = Encoder::new(Dialect::Tnt4j).decorations(decorations());
    let common = concat!(
        r#""source-fqn":"APPL=Shop#SERVER=web1","location":"Atlanta \"GA\"","user":"alice","#,
        r#""source":"Shop","source-ssn":"ssn","source-url":"u","resource":"r","pid":1,"tid":2}"#
    );
    for (json, type_name) in [
        (encoder.encode_to_string(&Event::bare()), "EVENT"),
        (encoder.encode_to_string(&Activity::bare()), "ACTIVITY"),
        (encoder.encode_to_string(&LogEntry::bare()), "LOG"),
    ] {
        assert_eq!(
            json,
            format!(r#"{{"operation":"default","type":"{type_name}",{common}"#)
        );
    }
}

#[test]
fn an_entitys_own_values_win() {
    let encoder = Encoder::new(Dialect::Tnt4j).decorations(decorations());
    let event = Event::bare()
        .operation("own")
        .source_fqn("APPL=Own")
        .location("here")
        .user("bob")
        .resource("own")
        .source("Own")
        .source_ssn("own")
        .source_url("own")
        .pid(3)
        .tid(4);
    assert_eq!(encoder.encode_to_string(&event), event.to_json(Dialect::Tnt4j));
}

/// A rare field brings its box along; the defaults must come through that path as well.
#[test]
fn one_own_value_does_not_hide_the_others() {
    let encoder = Encoder::new(Dialect::Tnt4j).decorations(Decorations::new().pid(1).resource("r"));
    assert_eq!(
        encoder.encode_to_string(&Event::bare().tid(5)),
        r#"{"type":"EVENT","resource":"r","pid":1,"tid":5}"#
    );
}

#[test]
fn snapshots_and_datasets_take_the_source_only() {
    let encoder = Encoder::new(Dialect::Tnt4j)
        .decorations(decorations())
        .operation("orders");
    assert_eq!(
        encoder.encode_to_string(&Snapshot::bare("s")),
        r#"{"name":"s","type":"SNAPSHOT","source-fqn":"APPL=Shop#SERVER=web1"}"#
    );
    assert_eq!(
        encoder.encode_to_string(&Dataset::bare("d").source_fqn("APPL=Own")),
        r#"{"name":"d","type":"DATASET","source-fqn":"APPL=Own"}"#
    );
}

#[test]
fn what_lies_inside_an_event_takes_none() {
    let encoder = Encoder::new(Dialect::Tnt4j).decorations(Decorations::new().source_fqn("APPL=Shop"));
    assert_eq!(
        encoder.encode_to_string(&Event::bare().snapshot(Snapshot::bare("s"))),
        r#"{"type":"EVENT","source-fqn":"APPL=Shop","snapshots":[{"name":"s","type":"SNAPSHOT"}]}"#
    );
}

#[test]
fn a_loggers_operation_comes_before_the_clients() {
    let client = Encoder::new(Dialect::Tnt4py).decorations(Decorations::new().operation("client"));
    let logger = client.clone().operation("logger");
    assert_eq!(
        client.encode_to_string(&Event::bare()),
        r#"{"operation":"client","type":"EVENT"}"#
    );
    assert_eq!(
        logger.encode_to_string(&Event::bare()),
        r#"{"operation":"logger","type":"EVENT"}"#
    );
    assert_eq!(
        logger.encode_to_string(&Event::bare().operation("own")),
        r#"{"operation":"own","type":"EVENT"}"#
    );
}

#[test]
fn encoding_appends() {
    let encoder = Encoder::new(Dialect::Tnt4j);
    let mut out = b"before".to_vec();
    encoder.encode(&Event::bare(), &mut out);
    encoder.encode(&Snapshot::bare("s").properties([]), &mut out);
    let expected = r#"before{"type":"EVENT"}{"name":"s","type":"SNAPSHOT","properties":[]}"#;
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn debug_shows_what_is_set() {
    assert_eq!(
        format!("{:?}", Decorations::new().user("a").pid(1)),
        r#"Decorations {"user":"a","pid":1}"#
    );
    assert_eq!(
        format!("{:?}", Event::bare().user("a")),
        r#"Event {"type":"EVENT","user":"a"}"#
    );
}
