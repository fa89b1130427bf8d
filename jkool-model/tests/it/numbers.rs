//! NaN and the infinities, and numbers at the edges of their types.

use jkool_model::{Dialect, Encoder, Entity, Event, NonFinite, PropertyValue, Snapshot};

fn event() -> Event {
    Event::bare()
        .property("nan", f64::NAN)
        .property("one", 1.0)
        .property("low", f32::NEG_INFINITY)
        .snapshot(Snapshot::bare("s").property("high", f64::INFINITY))
        .field("own", f64::NAN)
}

#[test]
fn they_are_left_out_by_default() {
    let json = event().to_json(Dialect::Tnt4j);
    assert_eq!(
        json,
        concat!(
            r#"{"type":"EVENT","properties":[{"name":"one","type":"double","value":1.0}],"#,
            r#""snapshots":[{"name":"s","type":"SNAPSHOT","properties":[]}]}"#
        )
    );
    assert_eq!(serde_json::to_string(&event()).unwrap(), json);
}

#[test]
fn they_are_quoted_on_request() {
    let json = Encoder::new(Dialect::Tnt4j)
        .non_finite(NonFinite::Quote)
        .encode_to_string(&event());
    for expected in [
        r#"{"name":"nan","type":"double","value":"NaN"}"#,
        r#"{"name":"low","type":"float","value":"-Infinity"}"#,
        r#"{"name":"high","type":"double","value":"Infinity"}"#,
        r#""own":"NaN""#,
    ] {
        assert!(json.contains(expected), "{json}");
    }
    assert!(Entity::from_json(json.as_bytes()).is_ok());
}

#[test]
fn the_edges_of_the_types_survive() {
    let values = [
        PropertyValue::Int(i64::MIN),
        PropertyValue::Int(i64::MAX),
        PropertyValue::UInt(u64::MAX),
        PropertyValue::Float(f64::MIN_POSITIVE),
        PropertyValue::Float(f64::MAX),
        PropertyValue::Float(5e-324),
        PropertyValue::Float(-0.0),
        PropertyValue::Float(1e21),
        PropertyValue::Float(123_456_789.0),
        PropertyValue::from(u128::MAX),
        PropertyValue::from(i128::MIN),
    ];
    for value in values {
        let event = Event::bare().property("n", value.clone());
        let read = Event::from_json(event.to_json(Dialect::Tnt4j).as_bytes()).unwrap();
        assert_eq!(read, event);
        assert_eq!(
            format!("{:?}", read.get_properties()[0].value()),
            format!("{value:?}")
        );
    }
}
