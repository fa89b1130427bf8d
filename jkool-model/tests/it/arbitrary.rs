//! Strategies for entities of any content.

use jkool_model::{
    Activity, ActivityStatus, CompletionCode, Dataset, Entity, Event, LogEntry, LogType, Message,
    OperationType, Property, PropertyValue, RawJson, Severity, Snapshot, Timestamp, TrackingId, Ttl,
    ValueType,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

/// Any JSON value, as text.
pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z\"\\\\\n\u{0}-\u{1f}é]{0,40}",
        Just(String::new())
    ]
}

fn raw() -> impl Strategy<Value = RawJson> {
    json().prop_map(|value| RawJson::from_serialize(&value).unwrap())
}

/// Values that are read back as the same variant: a raw one must not have a variant of its own.
fn value() -> impl Strategy<Value = PropertyValue> {
    prop_oneof![
        Just(PropertyValue::Null),
        any::<bool>().prop_map(PropertyValue::from),
        any::<i64>().prop_map(PropertyValue::from),
        any::<u64>().prop_map(PropertyValue::from),
        any::<u128>().prop_map(PropertyValue::from),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(PropertyValue::from),
        any::<f32>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(PropertyValue::from),
        text().prop_map(PropertyValue::from),
        vec(json(), 0..3).prop_map(|list| RawJson::from_serialize(&list).unwrap().into()),
    ]
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_micros)
}

fn id() -> impl Strategy<Value = TrackingId> {
    prop_oneof![
        text().prop_map(TrackingId::from),
        Just(()).prop_map(|()| TrackingId::fresh())
    ]
}

fn property() -> impl Strategy<Value = Property> {
    let typed = prop_oneof![
        (text(), value()).prop_map(|(name, value)| Property::new(name, value)),
        (text(), time()).prop_map(|(name, time)| Property::new(name, time)),
        (text(), value(), "[a-z]{0,8}")
            .prop_map(|(name, value, kind)| Property::new(name, value).typed(kind)),
    ];
    (typed, of(text())).prop_map(|(property, value_type)| match value_type {
        Some(value_type) => property.value_type(ValueType::new(value_type)),
        None => property,
    })
}

/// Adds a field where there is a value for it.
macro_rules! set {
    ($entity:ident: $( $setter:ident = $value:expr ),+ $(,)?) => {
        $( if let Some(value) = $value { $entity = $entity.$setter(value); } )+
    };
}

pub(crate) fn snapshot() -> impl Strategy<Value = Snapshot> {
    let head = (
        text(),
        of(text()),
        of(time()),
        of(id()),
        of(id()),
        of(select(Severity::ALL)),
    );
    (
        head,
        of(text()),
        of(any::<i64>()),
        vec(property(), 0..3),
        of((own_name(), value())),
    )
        .prop_map(
            |((name, category, at, own_id, parent, severity), source, ttl, properties, field)| {
                let mut snapshot = Snapshot::bare(name);
                set!(snapshot: category = category, time = at, tracking_id = own_id, parent_id = parent,
                severity = severity, source_fqn = source, ttl = ttl.map(Ttl::from_seconds));
                if !properties.is_empty() {
                    snapshot = snapshot.properties(properties);
                }
                if let Some((name, value)) = field {
                    snapshot = snapshot.field(name, value);
                }
                snapshot
            },
        )
}

/// A name that no layout owns.
fn own_name() -> impl Strategy<Value = String> {
    text().prop_map(|name| format!("x{name}"))
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    let texts = vec(of(text()), 12);
    let numbers = vec(of(any::<i64>()), 4);
    let lengths = vec(of(0..=i64::MAX as u64), 4);
    let lists = (
        vec(text(), 0..4),
        vec(text(), 0..4),
        vec(property(), 0..3),
        vec(snapshot(), 0..3),
    );
    let rest = (
        of(prop_oneof![
            text().prop_map(Message::from),
            vec(json(), 0..3).prop_map(|list| { Message::from(RawJson::from_serialize(&list).unwrap()) })
        ]),
        vec(of(id()), 2),
        vec(of(time()), 3),
        vec((own_name(), value()), 0..3),
        of(select(Severity::ALL)),
        of(select(CompletionCode::ALL)),
        select(&[OperationType::Event, OperationType::Call, OperationType::Send][..]),
    );
    (texts, numbers, lengths, lists, rest).prop_map(|(texts, numbers, lengths, lists, rest)| {
        let (message, ids, times, fields, severity, code, operation_type) = rest;
        let mut texts = texts.into_iter();
        let mut text = || texts.next().flatten();
        let mut numbers = numbers.into_iter();
        let mut number = || numbers.next().flatten();
        let mut lengths = lengths.into_iter();
        let mut length = || lengths.next().flatten();
        let mut ids = ids.into_iter();
        let mut times = times.into_iter();
        let mut event = Event::bare().operation_type(operation_type);
        set!(event: operation = text(), source_fqn = text(), location = text(), user = text(), source = text(),
            source_ssn = text(), source_url = text(), resource = text(), exception = text(), mime_type = text(),
            encoding = text(), charset = text(), reason_code = number(), pid = number(), tid = number(),
            ttl = number().map(Ttl::from_seconds), message_size = length(),
            elapsed = length().map(std::time::Duration::from_micros),
            wait_time = length().map(std::time::Duration::from_micros),
            message_age = length().map(std::time::Duration::from_micros),
            tracking_id = ids.next().flatten(), parent_id = ids.next().flatten(), time = times.next().flatten(),
            start_time = times.next().flatten(), end_time = times.next().flatten(), message = message,
            severity = severity, completion_code = code);
        let (correlators, tags, properties, snapshots) = lists;
        event = event.correlators(correlators).tags(tags);
        if !properties.is_empty() {
            event = event.properties(properties);
        }
        if !snapshots.is_empty() {
            event = event.snapshots(snapshots);
        }
        fields.into_iter().fold(event, |event, (name, value)| event.field(name, value))
    })
}

pub(crate) fn entity() -> impl Strategy<Value = Entity> {
    prop_oneof![
        event().prop_map(Entity::from),
        snapshot().prop_map(Entity::from),
        (text(), vec(property(), 0..4))
            .prop_map(|(name, properties)| { Dataset::bare(name).properties(properties).into() }),
        (text(), of(select(LogType::ALL)), vec(text(), 0..3)).prop_map(|(message, log_type, correlators)| {
            let entry = LogEntry::bare().message(message).correlators(correlators);
            match log_type {
                Some(log_type) => entry.log_type(log_type),
                None => entry,
            }
            .into()
        }),
        (
            text(),
            select(ActivityStatus::ALL),
            vec(id(), 0..5),
            vec(snapshot(), 0..2)
        )
            .prop_map(|(name, status, members, snapshots)| {
                let activity = Activity::bare()
                    .operation(name)
                    .status(status)
                    .snapshots(snapshots);
                members.into_iter().fold(activity, Activity::member).into()
            }),
    ]
}

/// JSON objects with the names the model knows and values of every sort.
pub(crate) fn body() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "operation",
        "type",
        "msg-text",
        "severity",
        "source-fqn",
        "tracking-id",
        "time-usec",
        "corrid",
        "corr-id",
        "location",
        "pid",
        "comp-code",
        "parent-id",
        "parent-tracking-id",
        "wait-time-used",
        "wait-time-usec",
        "msg-age",
        "msg-tag",
        "properties",
        "snapshots",
        "name",
        "category",
        "id-set",
        "id-count",
        "status",
        "log-type",
        "ttl-sec",
        "own",
        "value",
        "value-type",
    ];
    let known = prop_oneof![
        raw().prop_map(|raw| raw.as_str().to_owned()),
        select(
            &[
                "\"5\"",
                "5",
                "null",
                "\"EVENT\"",
                "\"DATASET\"",
                "[\"a\"]",
                "1e400",
                "{}",
                "[{}]"
            ][..]
        )
        .prop_map(str::to_owned),
        Just(r#"[{"name":"n","value":1,"value":2,"x":null}]"#.to_owned()),
    ];
    vec((select(NAMES), known), 0..8).prop_map(|members| {
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\" : {value}"))
            .collect();
        format!("{{ {} }}", members.join(" ,\n"))
    })
}
