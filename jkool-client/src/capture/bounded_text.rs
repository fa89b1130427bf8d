//! Texts of the host's own formatting, escaped as they are written, cut at a limit, and safe from its panics.

use std::error::Error;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jkool_model::Encoder;

use crate::error_chain::write_error_chain;
use crate::text_cut::beginning;

/// What stands for a value whose formatting panicked.
const PANICKED: &str = "[panicked while it was formatted]";

/// What stands for the rest of a text that is too long.
const CUT: &str = "…";

/// Appends the inside of a JSON text of at most `max_bytes` bytes, not counting escapes.
#[inline]
pub(crate) fn push_text(encoder: &Encoder, out: &mut Vec<u8>, text: &str, max_bytes: usize) {
    if text.len() <= max_bytes {
        encoder.pieces(out).escaped(text);
    } else {
        push_cut(encoder, out, text, max_bytes);
    }
}

#[cold]
fn push_cut(encoder: &Encoder, out: &mut Vec<u8>, text: &str, max_bytes: usize) {
    let mut pieces = encoder.pieces(out);
    pieces.escaped(beginning(text, max_bytes));
    pieces.escaped(CUT);
}

/// The same for whatever `write` writes.
#[inline]
pub(crate) fn push_formatted(
    encoder: &Encoder,
    out: &mut Vec<u8>,
    max_bytes: usize,
    write: impl FnOnce(&mut BoundedText<'_>) -> fmt::Result,
) {
    let start = out.len();
    let mut text = BoundedText {
        encoder,
        out,
        left: max_bytes,
    };
    // An error says that the text was cut, or that the host's own formatting gave up: what there is will do.
    let outcome = catch_unwind(AssertUnwindSafe(|| write(&mut text)));
    if outcome.is_err() {
        out.truncate(start);
        encoder.pieces(out).escaped(PANICKED);
    }
}

/// The same for an error and its causes, one a line.
pub(crate) fn push_error_chain(
    encoder: &Encoder,
    out: &mut Vec<u8>,
    max_bytes: usize,
    error: &(dyn Error + 'static),
) {
    push_formatted(encoder, out, max_bytes, |text| write_error_chain(text, error));
}

/// The plain text that `write` writes, cut and safe as above.
pub(crate) fn plain_text(max_bytes: usize, write: impl FnOnce(&mut PlainText) -> fmt::Result) -> String {
    let mut text = PlainText {
        text: String::new(),
        left: max_bytes,
    };
    match catch_unwind(AssertUnwindSafe(|| write(&mut text))) {
        Ok(_) => text.text,
        Err(_) => PANICKED.to_owned(),
    }
}

/// Takes a text for JSON.
pub(crate) struct BoundedText<'a> {
    encoder: &'a Encoder,
    out: &'a mut Vec<u8>,
    left: usize,
}

impl Write for BoundedText<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_text(self.encoder, self.out, text, self.left);
        spend(&mut self.left, text)
    }
}

/// Takes a text as it is.
pub(crate) struct PlainText {
    text: String,
    left: usize,
}

impl Write for PlainText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left {
            self.text.push_str(text);
        } else {
            self.text.push_str(beginning(text, self.left));
            self.text.push_str(CUT);
        }
        spend(&mut self.left, text)
    }
}

/// Fails once the text is cut, which ends most formatting early.
#[inline]
fn spend(left: &mut usize, text: &str) -> fmt::Result {
    match left.checked_sub(text.len()) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            // Formatting that goes on regardless adds nothing more than marks.
            *left = 0;
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use jkool_model::Dialect;

    use super::*;

    fn formatted(max_bytes: usize, write: impl FnOnce(&mut BoundedText<'_>) -> fmt::Result) -> String {
        let mut out = Vec::new();
        push_formatted(&Encoder::new(Dialect::Tnt4j), &mut out, max_bytes, write);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn is_escaped_and_cut_between_characters() {
        assert_eq!(formatted(9, |text| write!(text, "{:?}", "a\nb")), r#"\"a\\nb\""#);
        assert_eq!(formatted(3, |text| write!(text, "aé{:?}", 'é')), "aé…");
        assert_eq!(formatted(2, |text| text.write_str("aé")), "a…");
        assert_eq!(plain_text(2, |text| text.write_str("aé")), "a…");
    }

    #[test]
    fn a_panic_is_told_and_leaves_nothing_half_written() {
        assert_eq!(formatted(99, |_| panic!("on purpose")), PANICKED);
    }
}
