//! The values of properties and extra fields, and the data types jKool names them by.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{RawJson, Timestamp};

/// The value of a [`Property`](crate::Property) or of an extra field.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PropertyValue {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer, for what is too large for a signed one.
    UInt(u64),
    /// A floating-point number; see [`NonFinite`](crate::NonFinite) for NaN and the infinities.
    Float(f64),
    /// A text.
    String(Cow<'static, str>),
    /// A point in time, on the wire a number of microseconds.
    Timestamp(Timestamp),
    /// Any other JSON: lists, objects, and numbers that no other variant holds without loss.
    Json(RawJson),
}

impl PropertyValue {
    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            PropertyValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is NaN or an infinity, which JSON has no word for.
    #[must_use]
    pub fn is_non_finite(&self) -> bool {
        matches!(self, PropertyValue::Float(number) if !number.is_finite())
    }

    /// The data type jKool calls such a value: `string`, `long`, `double` …
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            PropertyValue::Null => "none",
            PropertyValue::Bool(_) => "bool",
            PropertyValue::Int(_) => "long",
            PropertyValue::UInt(number) if i64::try_from(*number).is_ok() => "long",
            PropertyValue::UInt(_) => "bint",
            PropertyValue::Float(_) => "double",
            PropertyValue::String(_) => "string",
            PropertyValue::Timestamp(_) => "date.usec",
            PropertyValue::Json(json) => match json.as_str().bytes().next() {
                Some(b'-' | b'0'..=b'9') => "bdec",
                _ => "json",
            },
        }
    }
}

/// What is written for a number JSON has no word for.
pub(crate) fn non_finite_text(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// A value with the name of its data type.
///
/// The name follows the Rust type a value comes from, as TNT4J's follows the Java type: `i32` is `int`, `i64`
/// and `u32` are `long`, `f64` is `double`, and so on. Property setters take anything that turns into one.
///
/// ```
/// use jkool_model::TypedValue;
///
/// assert_eq!(TypedValue::from(7_i32).type_name(), "int");
/// assert_eq!(TypedValue::from(7_i64).type_name(), "long");
/// assert_eq!(TypedValue::from(u64::MAX).type_name(), "bint");
/// assert_eq!(TypedValue::from(None::<bool>).type_name(), "none");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TypedValue {
    value: PropertyValue,
    type_name: Cow<'static, str>,
}

impl TypedValue {
    /// A value under another type name than its own.
    #[must_use]
    pub fn new(value: impl Into<PropertyValue>, type_name: impl Into<Cow<'static, str>>) -> Self {
        TypedValue {
            value: value.into(),
            type_name: type_name.into(),
        }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &PropertyValue {
        &self.value
    }

    /// The name of its data type.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    pub(crate) fn into_parts(self) -> (PropertyValue, Cow<'static, str>) {
        (self.value, self.type_name)
    }
}

impl From<PropertyValue> for TypedValue {
    fn from(value: PropertyValue) -> Self {
        let type_name = Cow::Borrowed(value.type_name());
        TypedValue { value, type_name }
    }
}

impl<T: Into<TypedValue>> From<Option<T>> for TypedValue {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(|| PropertyValue::Null.into(), Into::into)
    }
}

impl<T: Into<PropertyValue>> From<Option<T>> for PropertyValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(PropertyValue::Null, Into::into)
    }
}

/// Declares the Rust types a value can be made from, with the data type each stands for.
macro_rules! values_from {
    ($( $type:ty => $name:literal, |$value:ident| $make:expr; )+) => { $(
        impl From<$type> for PropertyValue {
            #[inline]
            fn from($value: $type) -> Self {
                $make
            }
        }

        impl From<$type> for TypedValue {
            #[inline]
            fn from(value: $type) -> Self {
                TypedValue { value: value.into(), type_name: Cow::Borrowed($name) }
            }
        }
    )+ };
}

values_from! {
    &'static str => "string", |text| PropertyValue::String(Cow::Borrowed(text));
    String => "string", |text| PropertyValue::String(Cow::Owned(text));
    Cow<'static, str> => "string", |text| PropertyValue::String(text);
    char => "char", |character| PropertyValue::String(Cow::Owned(character.into()));
    bool => "bool", |flag| PropertyValue::Bool(flag);
    i8 => "byte", |number| PropertyValue::Int(number.into());
    u8 => "short", |number| PropertyValue::Int(number.into());
    i16 => "short", |number| PropertyValue::Int(number.into());
    u16 => "int", |number| PropertyValue::Int(number.into());
    i32 => "int", |number| PropertyValue::Int(number.into());
    u32 => "long", |number| PropertyValue::Int(number.into());
    i64 => "long", |number| PropertyValue::Int(number);
    f64 => "double", |number| PropertyValue::Float(number);
    f32 => "float", |number| PropertyValue::Float(widen(number));
    Timestamp => "date.usec", |time| PropertyValue::Timestamp(time);
    SystemTime => "date.usec", |time| PropertyValue::Timestamp(time.into());
}

/// Declares the integer types that may be wider than jKool's `long`.
macro_rules! wide_values_from {
    ($( $type:ty ),+) => { $(
        impl From<$type> for PropertyValue {
            /// Beyond 64 bits, the digits are kept as [`PropertyValue::Json`].
            #[inline]
            fn from(number: $type) -> Self {
                let word = i64::try_from(number).map(PropertyValue::Int);
                word.or_else(|_| u64::try_from(number).map(PropertyValue::UInt)).unwrap_or_else(|_| {
                    let digits = number.to_string();
                    match RawJson::parse(&digits) {
                        Ok(json) => PropertyValue::Json(json),
                        Err(_) => PropertyValue::String(Cow::Owned(digits)),
                    }
                })
            }
        }

        impl From<$type> for TypedValue {
            #[inline]
            fn from(number: $type) -> Self {
                let type_name = if i64::try_from(number).is_ok() { "long" } else { "bint" };
                TypedValue { value: number.into(), type_name: Cow::Borrowed(type_name) }
            }
        }
    )+ };
}

wide_values_from!(u64, i128, u128, usize, isize);

impl From<RawJson> for PropertyValue {
    fn from(json: RawJson) -> Self {
        PropertyValue::Json(json)
    }
}

impl From<RawJson> for TypedValue {
    fn from(json: RawJson) -> Self {
        PropertyValue::Json(json).into()
    }
}

/// The `f64` with the shortest digits of an `f32`, so that 0.1 stays 0.1 and does not become 0.10000000149.
fn widen(number: f32) -> f64 {
    if !number.is_finite() {
        return f64::from(number);
    }
    zmij::Buffer::new()
        .format_finite(number)
        .parse()
        .unwrap_or_else(|_| f64::from(number))
}

impl Serialize for PropertyValue {
    /// NaN and the infinities become null, as in `serde_json`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            PropertyValue::Null => serializer.serialize_unit(),
            PropertyValue::Bool(flag) => serializer.serialize_bool(*flag),
            PropertyValue::Int(number) => serializer.serialize_i64(*number),
            PropertyValue::UInt(number) => serializer.serialize_u64(*number),
            PropertyValue::Float(number) if number.is_finite() => serializer.serialize_f64(*number),
            PropertyValue::Float(_) => serializer.serialize_unit(),
            PropertyValue::String(text) => serializer.serialize_str(text),
            PropertyValue::Timestamp(time) => serializer.serialize_i64(time.as_micros()),
            PropertyValue::Json(json) => json.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for PropertyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = RawJson::deserialize(deserializer)?;
        crate::json_value::property_value(json.as_str())
            .map_err(|problem| serde::de::Error::custom(problem.expectation()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_follow_the_rust_type() {
        let names = [
            TypedValue::from("a"),
            'c'.into(),
            true.into(),
            1_i8.into(),
            1_i16.into(),
            1_i32.into(),
            1_u32.into(),
            1_i64.into(),
            1_u64.into(),
            (i128::from(i64::MAX) + 1).into(),
            1.5_f32.into(),
            1.5_f64.into(),
            SystemTime::now().into(),
            None::<i32>.into(),
            Some(1_i32).into(),
        ]
        .map(|value| value.type_name().to_owned());
        assert_eq!(
            names.join(" "),
            "string char bool byte short int long long long bint float double date.usec none int"
        );
    }

    #[test]
    fn short_floats_keep_their_digits() {
        assert_eq!(PropertyValue::from(0.1_f32), PropertyValue::Float(0.1));
        assert_eq!(
            PropertyValue::from(f32::INFINITY),
            PropertyValue::Float(f64::INFINITY)
        );
    }

    #[test]
    fn values_wider_than_a_word_keep_their_digits() {
        assert_eq!(
            PropertyValue::from(u128::MAX),
            PropertyValue::Json(RawJson::parse("340282366920938463463374607431768211455").unwrap())
        );
    }
}
