//! What `validate` reports.

use std::time::Duration;

use jkool_model::{
    Activity, CORRELATORS_MAX, Dataset, Entity, Event, LogEntry, OperationType, ProblemKind, Problems,
    Property, Severity, Snapshot, TEXT_MAX_BYTES, Timestamp,
};

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn problems(result: Result<(), Problems>) -> Vec<String> {
    result.unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn fresh_entities_have_no_problems() {
    assert_eq!(Event::new("op").validate(), Ok(()));
    assert_eq!(Event::bare().validate(), Ok(()));
    assert_eq!(Activity::new("a").member("m").validate(), Ok(()));
    assert_eq!(Snapshot::new("s").property("p", 1).validate(), Ok(()));
    assert_eq!(Dataset::new("d").validate(), Ok(()));
    assert_eq!(LogEntry::new("line").severity(Severity::Trace).validate(), Ok(()));
}

#[test]
fn everything_wrong_is_listed_on_one_line() {
    let event = Event::new("")
        .tracking_id("")
        .time(time(-1))
        .correlator("")
        .start_time(time(5))
        .end_time(time(4))
        .field("pid", 1)
        .property("", 1)
        .snapshot(Snapshot::new("s").property("", 1));
    let found = event.validate().unwrap_err();
    assert_eq!(
        found.to_string(),
        "`operation` is empty; `tracking-id` is empty; `time-usec` is below zero; `corrid` is empty; \
         `end-time-usec` lies before the start time; `pid` has a setter of its own and cannot be an extra field; \
         `properties[0].name` is empty; `snapshots[0].properties[0].name` is empty"
    );
    assert_eq!(
        found.iter().next().map(|problem| problem.path()),
        Some("operation")
    );
}

#[test]
fn an_owned_name_is_never_written_twice() {
    let event = Event::bare()
        .pid(1)
        .field("pid", 2)
        .field("corrid", "x")
        .field("own", 3);
    assert_eq!(
        event.to_json(jkool_model::Dialect::Tnt4j),
        r#"{"type":"EVENT","pid":1,"own":3}"#
    );
    assert_eq!(
        problems(Snapshot::new("s").field("category", 1).field("pid", 2).validate()),
        ["`category` has a setter of its own and cannot be an extra field"]
    );
}

#[test]
fn negative_lengths_can_only_be_read() {
    let entity = Entity::from_json(
        br#"{"elapsed-time-usec": -1, "wait-time-usec": -2, "msg-age": -3, "msg-size": -4, "start-time-usec": -5}"#,
    )
    .unwrap();
    let Entity::Event(event) = &entity else {
        panic!("an event")
    };
    assert_eq!(event.get_elapsed(), None);
    assert_eq!(event.get_message_size(), None);
    assert_eq!(
        problems(entity.validate()),
        [
            "`start-time-usec` is below zero",
            "`elapsed-time-usec` is below zero",
            "`wait-time-usec` is below zero",
            "`msg-age-usec` is below zero",
            "`msg-size` is below zero"
        ]
    );
}

#[test]
fn an_unfinished_operation_of_tnt4j_is_in_order() {
    assert_eq!(
        Event::new("op").start_time(time(5)).end_time(time(0)).validate(),
        Ok(())
    );
    assert_eq!(
        Event::new("op")
            .start_time(time(5))
            .end_time(time(5))
            .elapsed(Duration::ZERO)
            .validate(),
        Ok(())
    );
}

#[test]
fn names_and_kinds() {
    assert_eq!(problems(Activity::bare().validate()), ["`operation` is missing"]);
    assert_eq!(
        problems(Snapshot::from_json(b"{}").unwrap().validate()),
        ["`name` is missing"]
    );
    assert_eq!(
        problems(Event::new("op").operation_type(OperationType::Dataset).validate()),
        ["`type` is that of another kind of entity"]
    );
    let json = br#"{"snapshots": [{"name": "s", "type": "EVENT"}]}"#;
    assert_eq!(
        problems(Event::from_json(json).unwrap().validate()),
        ["`snapshots[0].type` is that of another kind of entity"]
    );
}

#[test]
fn sizes() {
    let event = Event::new("op")
        .location("x".repeat(TEXT_MAX_BYTES + 1))
        .correlators((0..=CORRELATORS_MAX).map(|number| number.to_string()));
    let found = event.validate().unwrap_err();
    let kinds: Vec<_> = found.iter().map(|problem| problem.kind().clone()).collect();
    assert_eq!(
        kinds,
        [
            ProblemKind::TooMany {
                items: CORRELATORS_MAX + 1,
                max_items: CORRELATORS_MAX
            },
            ProblemKind::TooLong {
                bytes: TEXT_MAX_BYTES + 1,
                max_bytes: TEXT_MAX_BYTES
            },
        ]
    );
    let long = Property::new("x".repeat(TEXT_MAX_BYTES + 1), 1);
    assert_eq!(
        problems(Dataset::new("d").add_property(long).validate()),
        ["`properties[0].name` takes 65537 bytes; 65536 are allowed"]
    );
}

#[test]
fn entities_and_errors_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Entity>();
    check::<Problems>();
    check::<jkool_model::ReadError>();
    check::<jkool_model::NotJson>();
    check::<jkool_model::ParseSourceFqnError>();
    check::<jkool_model::UnknownName>();
    check::<jkool_model::Encoder>();
}
