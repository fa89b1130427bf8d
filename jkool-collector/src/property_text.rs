//! The value of a property as people read it: with its unit, and no longer than it has to be.

use std::time::Duration;

use jkool_model::{Property, PropertyValue, ValueType};

use crate::Escaped;
use crate::line_words::quoted;

/// The value, escaped. Spans of time and bytes are shown in the unit that suits them, fractions to six places.
pub(crate) fn property_text(property: &Property) -> String {
    let value = property.value();
    match value {
        PropertyValue::String(text) => return quoted(text),
        PropertyValue::Json(json) => return Escaped(json.as_str()).to_string(),
        _ => {}
    }
    let plain = serde_json::to_string(value).unwrap_or_default();
    let Some(number) = number(value) else { return plain };
    property
        .get_value_type()
        .and_then(|unit| span_of_time(number, unit).or_else(|| bytes(number, unit)))
        .unwrap_or_else(|| match value {
            PropertyValue::Float(_) => shortened(number, &plain),
            _ => plain,
        })
}

fn number(value: &PropertyValue) -> Option<f64> {
    match value {
        PropertyValue::Int(number) => Some(*number as f64),
        PropertyValue::Float(number) => Some(*number),
        _ => None,
    }
}

/// `None` if it is none, or one that a duration cannot hold.
fn span_of_time(number: f64, unit: &ValueType) -> Option<String> {
    let seconds = match unit.as_str() {
        "age.nsec" => 1e-9,
        "age.usec" => 1e-6,
        "age.msec" => 1e-3,
        "age.sec" => 1.0,
        _ => return None,
    };
    // The division of a whole number leaves noise below the nanosecond, which rounds away.
    let span = Duration::try_from_secs_f64(number * seconds).ok()?;
    Some(match span {
        Duration::ZERO => "0s".to_owned(),
        _ => format!("{span:?}"),
    })
}

fn bytes(number: f64, unit: &ValueType) -> Option<String> {
    if *unit != ValueType::SIZE_BYTE || number < 0.0 {
        return None;
    }
    let mut shown = number;
    let mut names = ["KiB", "MiB", "GiB", "TiB", "PiB"].into_iter();
    let mut name = "B";
    while shown >= 1024.0
        && let Some(next) = names.next()
    {
        shown /= 1024.0;
        name = next;
    }
    let places = usize::from(name != "B");
    Some(format!("{shown:.places$}{name}"))
}

/// With at most six places; what would then look like zero is left alone.
fn shortened(number: f64, plain: &str) -> String {
    let short = format!("{number:.6}");
    if short.len() >= plain.len() || number.abs() < 1e-4 {
        return plain.to_owned();
    }
    let trimmed = short.trim_end_matches('0');
    match trimmed.strip_suffix('.') {
        Some(whole) => format!("{whole}.0"),
        None => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: impl Into<jkool_model::TypedValue>, unit: Option<ValueType>) -> String {
        let property = Property::new("p", value);
        property_text(&match unit {
            Some(unit) => property.value_type(unit),
            None => property,
        })
    }

    #[test]
    fn times_and_bytes_have_units() {
        let usec = Some(ValueType::AGE_USEC);
        assert_eq!(shown(4304, usec.clone()), "4.304ms");
        assert_eq!(shown(19_741.5, usec.clone()), "19.7415ms");
        assert_eq!(shown(0, usec.clone()), "0s");
        assert_eq!(shown(-3, usec.clone()), "-3");
        assert_eq!(shown(f64::MAX, usec), shown(f64::MAX, None));
        assert_eq!(shown(90, Some(ValueType::AGE_SEC)), "90s");
        assert_eq!(shown(90, Some(ValueType::AGE_DAY)), "90");
        let size = Some(ValueType::SIZE_BYTE);
        assert_eq!(shown(1023, size.clone()), "1023B");
        assert_eq!(shown(13_197_312, size.clone()), "12.6MiB");
        assert_eq!(shown(25_276_502_016_i64, size), "23.5GiB");
    }

    #[test]
    fn fractions_are_cut_and_nothing_else() {
        assert_eq!(shown(0.000_556_844_740_038_018_2, None), "0.000557");
        assert_eq!(shown(1.0 / 3.0, Some(ValueType::PERCENT)), "0.333333");
        assert_eq!(shown(0.999_999_999_9, None), "1.0");
        assert_eq!(shown(1_234_567.89, None), "1234567.89");
        assert_eq!(shown(1e-9, None), "1e-9");
        assert_eq!(shown(f64::MAX, None), "1.7976931348623157e+308");
        assert_eq!(shown(99.5, None), "99.5");
        assert_eq!(shown(4711, None), "4711");
        assert_eq!(shown("a b", None), "\"a b\"");
        assert_eq!(shown(true, None), "true");
    }
}
