//! What is accepted, what is kept, and what the errors say.

use std::error::Error;

use jkool_model::{Dialect, Entity, EntityKind, Event, Message, PropertyValue, RawJson, Snapshot};
use rstest::rstest;

fn written(json: &str, dialect: Dialect) -> String {
    Entity::from_json(json.as_bytes()).unwrap().to_json(dialect)
}

#[rstest]
#[case(r#"["pid"]"#, None, "not a JSON object at line 1, column 0")]
#[case("{\n \"pid\": 1,\n", None, "not a JSON object at line 3, column 0")]
#[case(r#"{"pid":1} x"#, None, "not a JSON object at line 1, column 11")]
#[case(
    "{\n  \"time-usec\": \"soon\"}",
    Some("time-usec"),
    "field `time-usec` at line 2, column 16: expected microseconds since 1970, as an integer or a text, found \"soon\""
)]
#[case(
    r#"{"comp-code": "FINE"}"#,
    Some("comp-code"),
    "field `comp-code` at line 1, column 15: expected a completion code, one of SUCCESS, WARNING, ERROR, found \"FINE\""
)]
#[case(
    r#"{"snapshots": [{"name": "a"}, {"properties": [{"name": "b"}, {"value": 1}]}]}"#,
    Some("snapshots[1].properties[1]"),
    "field `snapshots[1].properties[1]` at line 1, column 62: expected a property with a name, found {\"value\": 1}"
)]
#[case(
    r#"{"properties": {"a": 1}}"#,
    Some("properties"),
    "field `properties` at line 1, column 16: expected a list of properties, found {\"a\": 1}"
)]
#[case(
    r#"{"user": {"name": "u"}}"#,
    Some("user"),
    "field `user` at line 1, column 10: expected a text, found {\"name\": \"u\"}"
)]
#[case(
    r#"{"msg-text": "\ud83d"}"#,
    Some("msg-text"),
    "field `msg-text` at line 1, column 14: expected a text of whole Unicode characters, found \"\\ud83d\""
)]
fn errors_name_field_place_and_expectation(
    #[case] json: &str,
    #[case] field: Option<&str>,
    #[case] message: &str,
) {
    let error = Entity::from_json(json.as_bytes()).unwrap_err();
    assert_eq!(error.field(), field);
    assert_eq!(error.to_string(), message);
}

#[test]
fn an_unknown_type_is_refused_with_the_legal_ones() {
    let error = Entity::from_json(br#"{"type": "DATAGRAM"}"#).unwrap_err();
    assert_eq!(error.field(), Some("type"));
    assert!(error.to_string().contains("one of OTHER, NOOP, CALL"), "{error}");
}

#[test]
fn another_kind_is_refused() {
    let error = Event::from_json(br#"{"type": "SNAPSHOT", "name": "s"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `type`: expected that of kind event, found that of kind snapshot"
    );
    assert!(Entity::from_json_as(EntityKind::Snapshot, br#"{"type": "DATASET"}"#).is_err());
    assert!(Snapshot::from_json(br#"{"type": "snapshot", "name": "s"}"#).is_ok());
}

#[test]
fn the_cause_of_a_syntax_error_is_its_source() {
    let error = Entity::from_json(b"{").unwrap_err();
    assert!(error.source().unwrap().to_string().contains("EOF"));
    let error = Entity::from_json(b"{\"a\": \"\xff\"}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "not UTF-8 text from byte 7 on; JSON must be UTF-8"
    );
    assert!(error.source().is_some());
}

#[test]
fn unknown_fields_stay_in_order() {
    let json =
        r#"{"operation":"x","type":"EVENT","zeta":1,"alpha":{"b":[1.50,null]},"_guid":"g","mid":null}"#;
    assert_eq!(written(json, Dialect::Tnt4j), json);
}

#[test]
fn wide_numbers_keep_their_digits() {
    let json = concat!(
        r#"{"operation":"x","type":"EVENT","wide":123456789012345678901234567890,"#,
        r#""properties":[{"name":"n","type":"bdec","value":0.12345678901234567890123}]}"#
    );
    assert_eq!(written(json, Dialect::Tnt4py), json);
}

#[test]
fn raw_json_becomes_one_line() {
    let json = "{\"type\": \"EVENT\", \"msg-text\": {\n  \"a b\": [1,\n 2]\n}}";
    assert_eq!(
        written(json, Dialect::Tnt4j),
        r#"{"type":"EVENT","msg-text":{"a b":[1,2]}}"#
    );
}

#[rstest]
#[case("5", Some(Message::from(RawJson::parse("5").unwrap())))]
#[case("[]", Some(Message::from(RawJson::parse("[]").unwrap())))]
#[case("\"\"", Some(Message::from("")))]
#[case("null", None)]
fn messages_may_be_any_json(#[case] json: &str, #[case] message: Option<Message>) {
    let event = Event::from_json(format!(r#"{{"msg-text": {json}}}"#).as_bytes()).unwrap();
    assert_eq!(event.get_message(), message.as_ref());
}

#[test]
fn the_last_of_a_repeated_name_counts() {
    let json = r#"{"pid": "x", "pid": 1, "pid": 2, "own": 1, "user": "a", "user": null, "own": 2}"#;
    assert_eq!(
        written(json, Dialect::Tnt4j),
        r#"{"type":"EVENT","pid":2,"own":2}"#
    );
}

#[test]
fn the_shape_of_correlators_and_tags_is_kept() {
    for json in [
        r#"{"type":"EVENT","corr-id":["a"]}"#,
        r#"{"type":"EVENT","corr-id":"a"}"#,
        r#"{"type":"EVENT","corr-id":[]}"#,
        r#"{"type":"EVENT","corr-id":{"a":1}}"#,
        r#"{"type":"EVENT","msg-tag":["a"]}"#,
        r#"{"type":"EVENT","msg-tag":"a"}"#,
        r#"{"type":"EVENT","msg-tag":[1,"a"]}"#,
    ] {
        assert_eq!(written(json, Dialect::Tnt4py), json);
    }
    assert_eq!(
        written(r#"{"corr-id": "a", "msg-tag": "b"}"#, Dialect::Tnt4j),
        r#"{"type":"EVENT","corrid":["a"],"msg-tag":["b"]}"#
    );
}

/// TNT4J's spelling fills the field; TNT4PY's is kept beside it. Both keep their names in either dialect.
#[test]
fn both_spellings_are_kept() {
    let json = r#"{"type":"EVENT","corrid":["a"],"parent-id":"p","corr-id":"b","parent-tracking-id":"q"}"#;
    let entity = Entity::from_json(json.as_bytes()).unwrap();
    assert_eq!(entity.to_json(Dialect::Tnt4j), json);
    assert_eq!(entity.to_json(Dialect::Tnt4py), json);
    assert_eq!(entity.validate(), Ok(()));

    let Entity::Event(event) = entity else {
        panic!("an event")
    };
    assert_eq!(event.get_correlators(), ["a"]);
    assert_eq!(event.get_field("corr-id"), Some(&PropertyValue::from("b")));

    // A null beside a value is no second spelling.
    let json = r#"{"corrid": null, "corr-id": "b"}"#;
    assert_eq!(
        written(json, Dialect::Tnt4j),
        r#"{"type":"EVENT","corrid":["b"]}"#
    );
}

/// Nothing here may recurse with the depth of the input.
#[test]
fn deep_nesting_is_harmless() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for json in [
        format!(r#"{{"msg-text":{deep}}}"#),
        format!(r#"{{"own":{deep}}}"#),
        format!(r#"{{"properties":[{{"name":"a","value":{deep}}}]}}"#),
    ] {
        let entity = Entity::from_json(json.as_bytes()).unwrap();
        assert!(entity.to_json(Dialect::Tnt4j).contains(&deep));
    }
    assert!(Entity::from_json(format!(r#"{{"snapshots":{deep}}}"#).as_bytes()).is_err());
    assert!(Entity::from_json(deep.as_bytes()).is_err());
}
