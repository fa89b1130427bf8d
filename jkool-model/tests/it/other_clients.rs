//! Bodies as TNT4J, the Java REST client, the iOS client and the browser plug-in send them.

use jkool_model::{
    Activity, ActivityStatus, CompletionCode, Dataset, Dialect, Entity, EntityKind, Event, LogEntry, LogType,
    OperationType, PropertyValue, Severity, Snapshot, Timestamp,
};
use serde_json::{Value, json};

/// Reads a body and checks that what is written is the same but for the `changes`.
fn survives(body: &Value, changes: &Value) -> Entity {
    let entity = Entity::from_json(body.to_string().as_bytes()).unwrap();
    let mut expected = body.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => expected.remove(name),
            value => expected.insert(name.clone(), value.clone()),
        };
    }
    let written: Value = serde_json::from_str(&entity.to_json(Dialect::Tnt4j)).unwrap();
    assert_eq!(written, Value::Object(expected));
    assert_eq!(entity.validate(), Ok(()));
    entity
}

#[test]
fn an_event_of_tnt4j() {
    let body = json!({
        "tracking-id": "ee2c7a80", "source": "App", "source-ssn": "tnt4j", "source-fqn": "APPL=App#SERVER=s",
        "severity": "INFO", "severity-no": 3, "type": "SEND", "type-no": 10, "pid": 17, "tid": 1,
        "comp-code": "SUCCESS", "comp-code-no": 0, "reason-code": 0, "ttl-sec": 0, "operation": "put",
        "time-usec": 1_457_524_800_000_557_i64, "start-time-usec": 1_457_524_800_000_000_i64,
        "end-time-usec": 1_457_524_800_000_557_i64, "elapsed-time-usec": 557, "snap-count": 1, "prop-count": 4,
        "msg-size": 20, "mime-type": "text/plain", "encoding": "none", "charset": "UTF-8", "msg-text": "hello",
        "corrid": ["corr1"], "msg-tag": ["t1"],
        "properties": [
            {"name": "l", "type": "long", "value-type": "age.usec", "value": 5},
            {"name": "b", "type": "bool", "value-type": "flag", "value": true},
            {"name": "n", "type": "none", "value": null},
            {"name": "list", "type": "ArrayList", "value": "[1, 2]"},
        ],
        "snapshots": [{
            "parent-id": "ee2c7a80", "fqn": "S2@C2", "category": "C2", "name": "S2", "count": 1, "time-usec": 5,
            "ttl-sec": 0, "source": "App", "source-ssn": "tnt4j", "source-fqn": "APPL=App#SERVER=s",
            "severity": "INFO", "severity-no": 3, "type": "SNAPSHOT", "type-no": 5,
            "properties": [{"name": "when", "type": "date.usec", "value": 1_457_524_800_000_000_i64}],
        }],
    });
    let Entity::Event(event) = survives(&body, &json!({})) else {
        panic!("an event")
    };
    assert_eq!(event.get_operation_type(), OperationType::Send);
    assert_eq!(event.get_correlators(), ["corr1"]);
    assert_eq!(event.get_field("type-no"), Some(&PropertyValue::Int(10)));
    assert_eq!(
        event.get_snapshots()[0].get_properties()[0].value(),
        &PropertyValue::Timestamp(Timestamp::from_micros(1_457_524_800_000_000))
    );
}

/// TNT4J escapes slashes and everything beyond ASCII, and sets spaces behind colons.
#[test]
fn the_layout_of_tnt4j() {
    let body = br#"{"operation": "read","type": "EVENT","msg-text": "a\/b \u00fc \ud83d\ude00"}"#;
    let event = Event::from_json(body).unwrap();
    assert_eq!(
        event.to_json(Dialect::Tnt4j),
        r#"{"operation":"read","type":"EVENT","msg-text":"a/b ü 😀"}"#
    );
}

#[test]
fn an_activity_of_tnt4j() {
    let body = json!({
        "_guid": "A", "tracking-id": "A", "status": "END", "type": "ACTIVITY", "operation": "order",
        "severity": "INFO", "time-usec": 9, "start-time-usec": 0, "end-time-usec": 0, "id-count": 2,
        "snap-count": 0, "prop-count": 0, "id-set": ["TID2", "cc"],
    });
    let Entity::Activity(activity) = survives(&body, &json!({})) else {
        panic!("an activity")
    };
    assert_eq!(activity.get_status(), Some(ActivityStatus::End));
    assert_eq!(activity.get_member_count(), 2);
    assert_eq!(
        activity
            .get_members()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["TID2", "cc"]
    );
}

#[test]
fn a_dataset_of_tnt4j() {
    let body = json!({
        "fqn": "ds@DATASET", "category": "DATASET", "name": "ds", "count": 1, "time-usec": 7, "ttl-sec": 0,
        "source": "s", "type": "DATASET", "type-no": 20,
        "properties": [{"name": "k", "type": "string", "value": "v"}],
    });
    let Entity::Dataset(dataset) = survives(&body, &json!({})) else {
        panic!("a dataset")
    };
    assert_eq!(dataset.get_category(), Some("DATASET"));
    assert!(Dataset::from_json(body.to_string().as_bytes()).is_ok());
}

#[test]
fn a_log_entry_of_tnt4j() {
    let body =
        json!({"type": "LOG", "type-no": 19, "operation": "log", "msg-text": "x", "log-type": "AUDIT"});
    let Entity::LogEntry(entry) = survives(&body, &json!({})) else {
        panic!("a log entry")
    };
    assert_eq!(entry.get_log_type(), Some(LogType::Audit));

    // Most of its log entries say EVENT; what they are is then known from the path only.
    let body = json!({"type": "EVENT", "msg-text": "x", "log-type": "TRIGGER"}).to_string();
    let entry = LogEntry::from_json(body.as_bytes()).unwrap();
    assert_eq!(entry.get_log_type(), Some(LogType::Alert));
    assert_eq!(
        entry.to_json(Dialect::Tnt4j),
        r#"{"type":"EVENT","msg-text":"x","log-type":"ALERT"}"#
    );
    survives(&serde_json::from_str(&body).unwrap(), &json!({}));
}

/// Nulls for what is not set, OK for SUCCESS, numbers of properties as texts, and a stray `valid`.
#[test]
fn an_event_of_the_java_rest_client() {
    let body = json!({
        "tracking-id": "f7", "parent-id": null, "source-fqn": "APPL=java#SERVER=h", "source-url": null,
        "severity": "INFO", "type": "EVENT", "pid": 1, "tid": 2, "comp-code": "OK", "reason-code": 0,
        "location": "10.0.0.1", "operation": "Main", "resource": "1@h", "user": "u", "time-usec": 1000,
        "start-time-usec": 1000, "end-time-usec": 1000, "elapsed-time-usec": 0, "wait-time-usec": 0, "msg-age": 0,
        "msg-size": 0, "mime-type": "text/plain", "encoding": "none", "charset": "UTF-8", "msg-text": null,
        "exception": null, "corrid": null, "msg-tag": "tag",
        "properties": [{"valid": true, "name": "p1", "value": "5", "value-type": "none", "type": "int"}],
        "snapshots": [], "valid": true,
    });
    let entity = survives(
        &body,
        &json!({
            "comp-code": "SUCCESS", "msg-tag": ["tag"], "msg-age-usec": 0, "msg-age": null, "parent-id": null,
            "source-url": null, "msg-text": null, "exception": null, "corrid": null,
        }),
    );
    let Entity::Event(event) = entity else {
        panic!("an event")
    };
    assert_eq!(event.get_completion_code(), Some(CompletionCode::Success));
    assert_eq!(event.get_properties()[0].value(), &PropertyValue::from("5"));
    assert_eq!(event.get_message_age(), Some(std::time::Duration::ZERO));
}

/// Numbers as texts.
#[test]
fn an_event_of_the_ios_client() {
    let body = json!({
        "operation": "tap", "type": "EVENT", "elapsed-time-usec": "1200", "pid": "77", "tid": "3",
        "reason-code": "0", "corrid": ["sid"], "source-fqn": "APPL=a#GEOADDR=1,2#DEVICE=iPhone", "time-usec": "5",
    });
    let numbers = json!({
        "elapsed-time-usec": 1200, "pid": 77, "tid": 3, "reason-code": 0, "time-usec": 5,
    });
    let Entity::Event(event) = survives(&body, &numbers) else {
        panic!("an event")
    };
    assert_eq!(event.get_pid(), Some(77));
    assert_eq!(event.get_elapsed(), Some(std::time::Duration::from_micros(1200)));
}

/// No type at all: the path says what it is.
#[test]
fn bodies_of_the_browser_plug_in() {
    let body = json!({"operation": "load", "corrid": ["sid,rid"], "msg-tag": "page"});
    let Entity::Event(event) = survives(&body, &json!({"type": "EVENT", "msg-tag": ["page"]})) else {
        panic!("an event")
    };
    assert_eq!(event.get_tags(), ["page"]);

    let json = br#"{"operation": "visit", "status": "end"}"#;
    let activity = Activity::from_json(json).unwrap();
    assert_eq!(activity.get_status(), Some(ActivityStatus::End));
    assert_eq!(
        activity.to_json(Dialect::Tnt4j),
        r#"{"operation":"visit","type":"ACTIVITY","status":"END"}"#
    );
    assert_eq!(
        Entity::from_json_as(EntityKind::Activity, json).unwrap(),
        Entity::Activity(activity)
    );
}

#[test]
fn a_snapshot_of_tnt4py() {
    let body = json!({"name": "S2", "time-usec": 2, "type": "SNAPSHOT", "parent-id": "t-4"});
    let Entity::Snapshot(snapshot) = survives(&body, &json!({})) else {
        panic!("a snapshot")
    };
    assert_eq!(
        snapshot,
        Snapshot::bare("S2")
            .time(Timestamp::from_micros(2))
            .parent_id("t-4")
    );
}

#[test]
fn levels_of_python() {
    for (name, severity) in [
        ("Level 25", Severity::Info),
        ("Level 5", Severity::Trace),
        ("NOTSET", Severity::None),
        ("warning", Severity::Warning),
        ("CRITICAL", Severity::Critical),
    ] {
        let event = Event::from_json(json!({ "severity": name }).to_string().as_bytes()).unwrap();
        assert_eq!(event.get_severity(), Some(severity), "{name}");
    }
    assert_eq!(
        Event::from_json(br#"{"severity": 9}"#).unwrap().get_severity(),
        Some(Severity::Fatal)
    );
}
