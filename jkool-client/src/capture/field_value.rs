//! The value of a field, from whichever crate it comes, and its JSON.

use std::error::Error;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jkool_model::{CompletionCode, Encoder, WireName};

use super::bounded_text::{plain_text, push_error_chain, push_formatted, push_text};
use super::field_plan::{FieldPlan, ValueKind};
use super::reserved::Reserved;
use crate::error_chain::write_error_chain;
use crate::filter::{FingerprintWriter, Sampling};

/// A value as it was recorded.
#[cfg_attr(
    not(all(feature = "log", feature = "tracing")),
    allow(
        dead_code,
        reason = "each of the two crates has values that the other one has not"
    )
)]
#[derive(Clone, Copy)]
pub(crate) enum FieldValue<'a> {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    WideSigned(i128),
    WideUnsigned(u128),
    Float(f64),
    Text(&'a str),
    Debug(&'a dyn fmt::Debug),
    Display(&'a dyn fmt::Display),
    Error(&'a (dyn Error + 'static)),
}

impl FieldValue<'_> {
    /// Whether this is a text or an error, not a number.
    #[inline]
    pub(crate) fn is_textual(&self) -> bool {
        matches!(
            self,
            FieldValue::Text(_) | FieldValue::Debug(_) | FieldValue::Display(_) | FieldValue::Error(_)
        )
    }

    /// The kind of property it makes.
    #[inline(always)]
    fn kind(&self) -> ValueKind {
        match self {
            FieldValue::Null => ValueKind::Null,
            FieldValue::Bool(_) => ValueKind::Bool,
            FieldValue::Unsigned(number) if i64::try_from(*number).is_err() => ValueKind::Big,
            FieldValue::Signed(_) | FieldValue::Unsigned(_) => ValueKind::Long,
            FieldValue::WideSigned(_) | FieldValue::WideUnsigned(_) => ValueKind::Big,
            FieldValue::Float(_) => ValueKind::Double,
            _ => ValueKind::Text,
        }
    }

    /// The value as a plain text.
    pub(crate) fn to_text(self, max_bytes: usize) -> String {
        plain_text(max_bytes, |text| self.write_plain(text))
    }

    /// Adds the value to a fingerprint.
    #[inline]
    pub(crate) fn print(self, writer: &mut FingerprintWriter) {
        match self {
            FieldValue::Text(text) => writer.text(text),
            other => {
                other.write_contained(writer);
                writer.end();
            }
        }
    }

    /// Whether what has the value as its correlator is kept; `None` if the value is empty, and so is none.
    pub(crate) fn is_sampled(self, sampling: &Sampling) -> Option<bool> {
        sampling.keeps_written(|text| self.write_contained(text))
    }

    /// Writes the value as a plain text. If the host's own formatting panics, as much counts as was written by then.
    fn write_contained(self, text: &mut dyn Write) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.write_plain(text)));
    }

    fn write_plain(self, mut text: &mut dyn Write) -> fmt::Result {
        match self {
            FieldValue::Null => Ok(()),
            FieldValue::Bool(flag) => write!(text, "{flag}"),
            FieldValue::Signed(number) => write!(text, "{number}"),
            FieldValue::Unsigned(number) => write!(text, "{number}"),
            FieldValue::WideSigned(number) => write!(text, "{number}"),
            FieldValue::WideUnsigned(number) => write!(text, "{number}"),
            FieldValue::Float(number) => write!(text, "{number}"),
            FieldValue::Text(value) => text.write_str(value),
            FieldValue::Debug(value) => write!(text, "{value:?}"),
            FieldValue::Display(value) => write!(text, "{value}"),
            FieldValue::Error(error) => write_error_chain(&mut text, error),
        }
    }

    /// Appends the value as the inside of a JSON text.
    #[inline]
    pub(crate) fn push_text(self, encoder: &Encoder, out: &mut Vec<u8>, max_bytes: usize) {
        match self {
            FieldValue::Text(text) => push_text(encoder, out, text, max_bytes),
            FieldValue::Debug(value) => {
                push_formatted(encoder, out, max_bytes, |text| write!(text, "{value:?}"))
            }
            FieldValue::Display(value) => {
                push_formatted(encoder, out, max_bytes, |text| write!(text, "{value}"))
            }
            FieldValue::Error(error) => push_error_chain(encoder, out, max_bytes, error),
            FieldValue::Signed(number) => encoder.pieces(out).signed(number),
            FieldValue::Unsigned(number) => encoder.pieces(out).unsigned(number),
            other => push_text(encoder, out, &other.to_text(max_bytes), max_bytes),
        }
    }
}

/// Appends a property with a comma in front; nothing if the value is a number that the encoder omits.
#[inline(always)]
pub(crate) fn push_property(
    encoder: &Encoder,
    out: &mut Vec<u8>,
    plan: &FieldPlan,
    value: FieldValue<'_>,
    max_bytes: usize,
) {
    out.extend_from_slice(plan.opening(value.kind()));
    match value {
        FieldValue::Signed(number) => encoder.pieces(out).signed(number),
        FieldValue::Unsigned(number) => encoder.pieces(out).unsigned(number),
        FieldValue::Float(number) => {
            if !encoder.pieces(out).float(number) {
                out.truncate(out.len() - plan.opening(ValueKind::Double).len());
                return;
            }
        }
        FieldValue::Bool(flag) => out.extend_from_slice(if flag { b"true" } else { b"false" }),
        FieldValue::Null => out.extend_from_slice(b"null"),
        FieldValue::WideSigned(_) | FieldValue::WideUnsigned(_) => value.push_text(encoder, out, usize::MAX),
        _ => {
            value.push_text(encoder, out, max_bytes);
            out.extend_from_slice(b"\"}");
            return;
        }
    }
    out.push(b'}');
}

/// Appends the member that a reserved field sets, with the comma in front. Returns false, and appends nothing, if the
/// value does not fit the field.
pub(crate) fn push_member(
    encoder: &Encoder,
    out: &mut Vec<u8>,
    reserved: Reserved,
    value: FieldValue<'_>,
    max_bytes: usize,
) -> bool {
    let start = out.len();
    let name = reserved.wire_name();
    match reserved {
        Reserved::Correlator | Reserved::Tag => {
            encoder.pieces(out).key(name);
            out.extend_from_slice(b"[\"");
            let text = out.len();
            value.push_text(encoder, out, max_bytes);
            if out.len() == text {
                out.truncate(start);
                return false;
            }
            out.extend_from_slice(b"\"]");
        }
        Reserved::CompletionCode => {
            let Ok(code) = value.to_text(max_bytes).parse::<CompletionCode>() else {
                return false;
            };
            encoder.pieces(out).text(name, code.as_str());
        }
        Reserved::ReasonCode => {
            let number = match value {
                FieldValue::Signed(number) => Some(number),
                FieldValue::Unsigned(number) => i64::try_from(number).ok(),
                other => other.to_text(max_bytes).parse().ok(),
            };
            let Some(number) = number else { return false };
            encoder.pieces(out).integer(name, number);
        }
        Reserved::Location
        | Reserved::User
        | Reserved::Resource
        | Reserved::Operation
        | Reserved::TrackingId => {
            return push_text_member(encoder, out, name, value, max_bytes);
        }
    }
    true
}

/// Appends a member that is a text; nothing if the text is empty.
#[inline]
fn push_text_member(
    encoder: &Encoder,
    out: &mut Vec<u8>,
    name: WireName,
    value: FieldValue<'_>,
    max_bytes: usize,
) -> bool {
    let start = out.len();
    encoder.pieces(out).key(name);
    out.push(b'"');
    let text = out.len();
    value.push_text(encoder, out, max_bytes);
    let has_text = out.len() > text;
    if has_text {
        out.push(b'"');
    } else {
        out.truncate(start);
    }
    has_text
}

#[cfg(test)]
mod tests {
    use jkool_model::{Dialect, NonFinite};

    use super::*;

    fn property(encoder: &Encoder, value: FieldValue<'_>) -> String {
        let mut out = Vec::new();
        let plan = FieldPlan::of_event(encoder, "a\"b");
        push_property(encoder, &mut out, &plan, value, 8);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_kind_of_value_keeps_its_type() {
        let encoder = Encoder::new(Dialect::Tnt4j);
        let cases: [(FieldValue<'_>, &str); 11] = [
            (FieldValue::Null, r#"none","value":null"#),
            (FieldValue::Bool(true), r#"bool","value":true"#),
            (FieldValue::Signed(-7), r#"long","value":-7"#),
            (FieldValue::Unsigned(7), r#"long","value":7"#),
            (
                FieldValue::Unsigned(u64::MAX),
                r#"bint","value":18446744073709551615"#,
            ),
            (
                FieldValue::WideSigned(i128::MIN),
                r#"bint","value":-170141183460469231731687303715884105728"#,
            ),
            (FieldValue::Float(99.5), r#"double","value":99.5"#),
            (FieldValue::Text("é\n"), r#"string","value":"é\n""#),
            (FieldValue::Text("123456789"), r#"string","value":"12345678…""#),
            (FieldValue::Debug(&"x"), r#"string","value":"\"x\"""#),
            (FieldValue::Error(&fmt::Error), r#"string","value":"an error…""#),
        ];
        for (value, expected) in cases {
            assert_eq!(
                property(&encoder, value),
                format!(r#",{{"name":"a\"b","type":"{expected}}}"#)
            );
        }
    }

    #[test]
    fn what_json_has_no_word_for_is_omitted_or_quoted() {
        let encoder = Encoder::new(Dialect::Tnt4j);
        assert_eq!(property(&encoder, FieldValue::Float(f64::NAN)), "");
        let quoting = encoder.non_finite(NonFinite::Quote);
        assert!(property(&quoting, FieldValue::Float(f64::NAN)).ends_with(r#""value":"NaN"}"#));
    }

    #[test]
    fn a_reserved_field_of_no_use_sets_nothing() {
        let encoder = Encoder::new(Dialect::Tnt4py);
        let mut out = Vec::new();
        let mut push = |reserved, value| push_member(&encoder, &mut out, reserved, value, 99);
        assert!(!push(Reserved::Correlator, FieldValue::Text("")));
        assert!(!push(Reserved::CompletionCode, FieldValue::Text("maybe")));
        assert!(!push(Reserved::ReasonCode, FieldValue::Text("x")));
        assert!(push(Reserved::Correlator, FieldValue::Signed(4711)));
        assert!(push(Reserved::CompletionCode, FieldValue::Text("warning")));
        assert!(push(Reserved::ReasonCode, FieldValue::Unsigned(3)));
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#","corr-id":["4711"],"comp-code":"WARNING","reason-code":3"#
        );
    }
}
