//! `NAME=VALUE[:TYPE]` from the command line.

use jkool_client::model::TypedValue;
use jkool_client::{Property, PropertyValue};

/// Reads a property. The type is stated as written, `integer` as well as `int`, and decides how the value is sent: as a
/// number, as true or false, or as text.
pub(crate) fn parse_property(text: &str) -> Result<Property, String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty())
        .ok_or("expected NAME=VALUE or NAME=VALUE:TYPE, with a name before the =")?;
    let typed = value
        .rsplit_once(':')
        .and_then(|(value, type_name)| Some((value, type_name, Shape::of(type_name)?)));
    let Some((value, type_name, shape)) = typed else {
        return Ok(Property::new(name.trim().to_owned(), value.to_owned()));
    };
    let read = shape.read(value).ok_or_else(|| {
        format!(
            "the value {value:?} of {name} is no {type_name}; {}",
            shape.expectation()
        )
    })?;
    Ok(Property::new(
        name.trim().to_owned(),
        TypedValue::new(read, type_name.to_owned()),
    ))
}

/// How the value of a type looks.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Integer,
    Number,
    Flag,
    Nothing,
}

impl Shape {
    /// The shape of a type that jKool or TNT4PY names; others are no types but part of the value.
    fn of(type_name: &str) -> Option<Self> {
        match type_name.to_ascii_lowercase().as_str() {
            "string" | "char" | "str" | "text" => Some(Self::Text),
            "int" | "integer" | "long" | "short" | "byte" | "bint" | "date" | "date.usec" | "timestamp" => {
                Some(Self::Integer)
            }
            "double" | "float" | "decimal" | "number" | "bdec" => Some(Self::Number),
            "bool" | "boolean" => Some(Self::Flag),
            "none" | "null" => Some(Self::Nothing),
            _ => None,
        }
    }

    fn read(self, text: &str) -> Option<PropertyValue> {
        match self {
            Self::Text => Some(text.to_owned().into()),
            Self::Integer => {
                let signed = text.parse::<i64>().map(PropertyValue::Int);
                signed
                    .or_else(|_| text.parse::<u64>().map(PropertyValue::UInt))
                    .ok()
            }
            Self::Number => text
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(PropertyValue::Float),
            Self::Flag => match text.to_ascii_lowercase().as_str() {
                "true" => Some(true.into()),
                "false" => Some(false.into()),
                _ => None,
            },
            Self::Nothing => text.is_empty().then_some(PropertyValue::Null),
        }
    }

    fn expectation(self) -> &'static str {
        match self {
            Self::Text => "expected a text",
            Self::Integer => "expected a whole number of at most 64 bits",
            Self::Number => "expected a number such as 99.5",
            Self::Flag => "expected true or false",
            Self::Nothing => "expected nothing before the colon",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_types() {
        for (text, name, value, type_name) in [
            ("a=b", "a", "\"b\"", "string"),
            ("a=", "a", "\"\"", "string"),
            ("a=1", "a", "\"1\"", "string"),
            ("a=b=c", "a", "\"b=c\"", "string"),
            ("url=http://h:8080/x", "url", "\"http://h:8080/x\"", "string"),
            ("at=12:30", "at", "\"12:30\"", "string"),
            ("a=1:int", "a", "1", "int"),
            ("a=-1:Integer", "a", "-1", "Integer"),
            ("a=18446744073709551615:bint", "a", "18446744073709551615", "bint"),
            ("a=99.5:double", "a", "99.5", "double"),
            ("a=7:double", "a", "7.0", "double"),
            ("a=TRUE:bool", "a", "true", "bool"),
            ("a=:none", "a", "null", "none"),
            ("a=x:int:string", "a", "\"x:int\"", "string"),
        ] {
            let property = parse_property(text).unwrap();
            assert_eq!(property.name(), name, "{text}");
            assert_eq!(serde_json::to_string(property.value()).unwrap(), value, "{text}");
            assert_eq!(property.type_name(), Some(type_name), "{text}");
        }
    }

    #[test]
    fn errors_say_what_was_expected() {
        for (text, reason) in [
            ("a", "expected NAME=VALUE"),
            ("=b", "with a name"),
            (
                "a=x:int",
                "the value \"x\" of a is no int; expected a whole number",
            ),
            ("a=1.5:long", "whole number"),
            ("a=nan:double", "expected a number"),
            ("a=yes:bool", "expected true or false"),
        ] {
            let error = parse_property(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
