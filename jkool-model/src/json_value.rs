//! Reading single JSON values leniently, as the clients of jKool send them.

use std::borrow::Cow;

use serde::Deserialize;

use crate::field_problem::FieldProblem;
use crate::json_object::{elements, read_object};
use crate::property_reader::PropertyReader;
use crate::snapshot_fields::SnapshotFields;
use crate::text_list::TextList;
use crate::wire_name::layout;
use crate::{
    ActivityStatus, CompletionCode, LogType, Message, OperationType, Property, PropertyValue, RawJson,
    Severity, Snapshot, Timestamp, TrackingId,
};

/// A text; numbers and booleans are taken by their digits and letters.
pub(crate) fn text(json: &str) -> Result<Cow<'static, str>, FieldProblem> {
    match json.bytes().next() {
        Some(b'"') => string(json).map(|text| Cow::Owned(text.into_owned())),
        Some(b'{' | b'[' | b'n') | None => Err(FieldProblem::new("a text", json)),
        Some(_) => Ok(Cow::Owned(json.to_owned())),
    }
}

/// An integer of 64 bits, as a number or as a text; a fraction of zero is ignored.
pub(crate) fn integer(json: &str) -> Result<i64, FieldProblem> {
    let problem = || FieldProblem::new("an integer of 64 bits, as a number or a text", json);
    let text = if json.starts_with('"') {
        string(json)?
    } else {
        Cow::Borrowed(json)
    };
    let digits = text.trim();
    if let Ok(number) = digits.parse() {
        return Ok(number);
    }
    // Up to this limit every integer has a double of its own, so that nothing is rounded here.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match digits.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() <= EXACT => Ok(number as i64),
        _ => Err(problem()),
    }
}

/// Microseconds since the epoch.
pub(crate) fn time(json: &str) -> Result<Timestamp, FieldProblem> {
    match integer(json) {
        Ok(micros) => Ok(Timestamp::from_micros(micros)),
        Err(_) => Err(FieldProblem::new(
            "microseconds since 1970, as an integer or a text",
            json,
        )),
    }
}

/// A tracking id, which may be any text.
pub(crate) fn id(json: &str) -> Result<TrackingId, FieldProblem> {
    text(json).map(TrackingId::from)
}

/// A list of tracking ids.
pub(crate) fn ids(json: &str) -> Result<Vec<TrackingId>, FieldProblem> {
    let read = |(index, raw): (usize, &serde_json::value::RawValue)| {
        id(raw.get()).map_err(|problem| problem.at_index(index))
    };
    elements(json, "a list of tracking ids")?
        .into_iter()
        .enumerate()
        .map(read)
        .collect()
}

/// Correlators or tags: a text, a list of texts, or anything else, kept as it is.
pub(crate) fn text_list(json: &str) -> Result<TextList, FieldProblem> {
    if json.starts_with('"') {
        return string(json).map(|text| TextList::One(Cow::Owned(text.into_owned())));
    }
    if let Ok(texts) = serde_json::from_str::<Vec<String>>(json) {
        return Ok(TextList::Many(texts.into_iter().map(Cow::Owned).collect()));
    }
    raw_json(json).map(TextList::Json)
}

/// A message, which may be any JSON.
pub(crate) fn message(json: &str) -> Result<Message, FieldProblem> {
    if json.starts_with('"') {
        return string(json).map(|text| Message::Text(Cow::Owned(text.into_owned())));
    }
    raw_json(json).map(Message::Json)
}

/// A severity by name, ordinal, or Python level.
pub(crate) fn severity(json: &str) -> Result<Severity, FieldProblem> {
    let text = text(json)?;
    let ordinal = || text.parse().ok().and_then(Severity::from_ordinal);
    Severity::find(&text)
        .or_else(|| Severity::from_python_name(&text))
        .or_else(ordinal)
        .ok_or_else(|| one_of("severity", Severity::ALL.iter().map(|value| value.as_str()), json))
}

/// Declares the readers of enumerations by name, in any case, or ordinal.
macro_rules! enum_readers {
    ($( $function:ident -> $type:ident as $what:literal; )+) => { $(
        pub(crate) fn $function(json: &str) -> Result<$type, FieldProblem> {
            let text = text(json)?;
            $type::find(&text)
                .or_else(|| text.parse().ok().and_then($type::from_ordinal))
                .ok_or_else(|| one_of($what, $type::ALL.iter().map(|value| value.as_str()), json))
        }
    )+ };
}

enum_readers! {
    operation_type -> OperationType as "operation type";
    activity_status -> ActivityStatus as "activity status";
    completion_code -> CompletionCode as "completion code";
    log_type -> LogType as "log type";
}

/// Any value, typed where that loses nothing: lists, objects and wide numbers stay JSON.
pub(crate) fn property_value(json: &str) -> Result<PropertyValue, FieldProblem> {
    match json.bytes().next() {
        Some(b'"') => string(json).map(|text| PropertyValue::String(Cow::Owned(text.into_owned()))),
        Some(b't') => Ok(PropertyValue::Bool(true)),
        Some(b'f') => Ok(PropertyValue::Bool(false)),
        Some(b'n') => Ok(PropertyValue::Null),
        Some(b'-' | b'0'..=b'9') => match number(json) {
            Some(value) => Ok(value),
            None => raw_json(json).map(PropertyValue::Json),
        },
        _ => raw_json(json).map(PropertyValue::Json),
    }
}

/// A list of properties.
pub(crate) fn properties(json: &str) -> Result<Vec<Property>, FieldProblem> {
    let elements = elements(json, "a list of properties")?;
    let mut properties = Vec::with_capacity(elements.len());
    for (index, raw) in elements.into_iter().enumerate() {
        let mut reader = PropertyReader::default();
        let property =
            read_object(&mut reader, layout::PROPERTY, raw.get()).and_then(|()| reader.finish(raw.get()));
        properties.push(property.map_err(|problem| problem.at_index(index))?);
    }
    Ok(properties)
}

/// A list of snapshots.
pub(crate) fn snapshots(json: &str) -> Result<Vec<Snapshot>, FieldProblem> {
    let elements = elements(json, "a list of snapshots")?;
    let mut snapshots = Vec::with_capacity(elements.len());
    for (index, raw) in elements.into_iter().enumerate() {
        let mut fields = SnapshotFields::of_type(OperationType::Snapshot);
        read_object(&mut fields, layout::SNAPSHOT, raw.get()).map_err(|problem| problem.at_index(index))?;
        snapshots.push(Snapshot::from_fields(fields));
    }
    Ok(snapshots)
}

fn string(json: &str) -> Result<Cow<'_, str>, FieldProblem> {
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

    match serde_json::from_str(json) {
        Ok(Borrowed(text)) => Ok(text),
        Err(_) => Err(FieldProblem::new("a text of whole Unicode characters", json)),
    }
}

fn raw_json(json: &str) -> Result<RawJson, FieldProblem> {
    RawJson::parse(json).map_err(|_| FieldProblem::new("a JSON value", json))
}

fn one_of(what: &str, legal: impl Iterator<Item = &'static str>, json: &str) -> FieldProblem {
    let legal = legal.collect::<Vec<_>>().join(", ");
    FieldProblem::new(format!("a {what}, one of {legal}"), json)
}

/// A number as a word of the machine, if that keeps its value exactly.
fn number(json: &str) -> Option<PropertyValue> {
    if !json.contains(['.', 'e', 'E']) && json != "-0" {
        let signed = json.parse().map(PropertyValue::Int);
        return signed.or_else(|_| json.parse().map(PropertyValue::UInt)).ok();
    }
    let number: f64 = json.parse().ok().filter(|number: &f64| number.is_finite())?;
    let mut buffer = zmij::Buffer::new();
    (decimal(json)? == decimal(buffer.format_finite(number))?).then_some(PropertyValue::Float(number))
}

/// The value of a JSON number, as its significant digits and the power of ten of the last one.
fn decimal(json: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = match json.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (json, 0),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Some((negative, String::new(), 0));
    }
    let dropped = i64::try_from(digits.len() - kept.len()).ok()?;
    let scale = exponent
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(dropped)?;
    Some((negative, kept.trim_start_matches('0').to_owned(), scale))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1", PropertyValue::Int(1))]
    #[case("-9223372036854775808", PropertyValue::Int(i64::MIN))]
    #[case("18446744073709551615", PropertyValue::UInt(u64::MAX))]
    #[case("0.1", PropertyValue::Float(0.1))]
    #[case("1.50e1", PropertyValue::Float(15.0))]
    #[case("1E400", PropertyValue::Json(RawJson::parse("1E400").unwrap()))]
    #[case("18446744073709551616", PropertyValue::Json(RawJson::parse("18446744073709551616").unwrap()))]
    #[case("0.10000000000000000001", PropertyValue::Json(RawJson::parse("0.10000000000000000001").unwrap()))]
    #[case("1e-99999999999999999999", PropertyValue::Json(RawJson::parse("1e-99999999999999999999").unwrap()))]
    fn numbers_are_typed_where_that_loses_nothing(#[case] json: &str, #[case] value: PropertyValue) {
        assert_eq!(property_value(json).unwrap(), value);
    }

    #[rstest]
    #[case("42", Some(42))]
    #[case("\"42\"", Some(42))]
    #[case("\" -7 \"", Some(-7))]
    #[case("1457524800000000.0", Some(1_457_524_800_000_000))]
    #[case("1.5e3", Some(1500))]
    #[case("1.5", None)]
    #[case("1e300", None)]
    #[case("\"\"", None)]
    #[case("\"NaN\"", None)]
    #[case("true", None)]
    #[case("[]", None)]
    fn integers(#[case] json: &str, #[case] number: Option<i64>) {
        assert_eq!(integer(json).ok(), number);
    }
}
