//! Appending short texts to a buffer, and writing a text as the inside of a JSON string.
//!
//! An event is made of some twenty texts of a few bytes each. A call of `memcpy` per text would cost more than
//! the rest of the work, so that texts are copied by words here, and tested for escapes while in a register.

/// Appends bytes that are short, or at least not long.
#[inline]
pub(crate) fn push_short(out: &mut Vec<u8>, bytes: &[u8]) {
    let (chunks, rest) = bytes.as_chunks::<16>();
    for chunk in chunks {
        out.extend_from_slice(chunk);
    }
    push_rest(out, rest);
}

/// Appends `text` with quotes, backslashes and control characters escaped; everything else stays UTF-8.
#[inline]
pub(crate) fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let start = out.len();
    let mut special = 0;
    let (chunks, rest) = bytes.as_chunks::<16>();
    for chunk in chunks {
        special |= special_in(u128::from_le_bytes(*chunk));
        out.extend_from_slice(chunk);
    }
    let word = word_of(rest);
    special |= special_in(word);
    push_word(out, word, rest.len());
    if special != 0 {
        out.truncate(start);
        push_piecewise(out, bytes);
    }
}

/// Appends fewer than 16 bytes.
#[inline]
fn push_rest(out: &mut Vec<u8>, rest: &[u8]) {
    push_word(out, word_of(rest), rest.len());
}

/// Appends the lowest bytes of a word, by one copy of all and a cut.
#[inline]
fn push_word(out: &mut Vec<u8>, word: u128, bytes: usize) {
    let end = out.len() + bytes;
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(end);
}

/// Fewer than 16 bytes as a word that blanks fill up: two reads that may overlap, however many there are.
#[inline]
fn word_of(rest: &[u8]) -> u128 {
    const BLANKS: u128 = u128::MAX / 0xff * 0x20;
    let count = rest.len();
    let bytes = if let (Some(first), Some(last)) = (rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
        u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << (8 * (count - 8))
    } else if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        u128::from(
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (count - 4)),
        )
    } else if let [first, .., last] = rest {
        // Of two bytes the second is the last, of three the one between is the second.
        let middle = rest.get(1).unwrap_or(last);
        u128::from(u32::from(*first) | u32::from(*middle) << 8 | u32::from(*last) << (8 * (count - 1)))
    } else {
        u128::from(rest.first().copied().unwrap_or_default())
    };
    bytes | BLANKS << (8 * count)
}

/// Whether one of 16 bytes needs an escape; not zero if so.
#[inline]
const fn special_in(word: u128) -> u64 {
    special_bytes(word as u64) | special_bytes((word >> 64) as u64)
}

/// Tests eight bytes at once: a byte of the result has its high bit set if the byte needs an escape.
///
/// A carry may mark a byte above one that is marked already, which does no harm: all that counts is whether
/// the result is zero.
#[inline]
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGHS: u64 = ONES * 0x80;
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (control | quote | backslash) & !word & HIGHS
}

#[inline]
const fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cold]
#[inline(never)]
fn push_piecewise(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for piece in bytes.split_inclusive(|byte| needs_escape(*byte)) {
        let Some((last, plain)) = piece.split_last() else {
            continue;
        };
        out.extend_from_slice(plain);
        match *last {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control if control < 0x20 => {
                out.extend_from_slice(b"\\u00");
                out.extend([control >> 4, control & 0xf].map(|digit| HEX[usize::from(digit)]));
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quoted(text: &str) -> Vec<u8> {
        let mut json = vec![b'"'];
        push_escaped(&mut json, text);
        json.push(b'"');
        json
    }

    proptest! {
        #[test]
        fn escaped_text_reads_back(text in any::<String>()) {
            let json = quoted(&text);
            prop_assert!(!json.contains(&b'\n'));
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }

        #[test]
        fn short_bytes_are_copied(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
            let mut out = vec![1];
            push_short(&mut out, &bytes);
            prop_assert_eq!(out.get(1..), Some(&*bytes));
        }
    }

    #[test]
    fn every_character_is_escaped_wherever_it_stands() {
        for code in 0..=0xff_u8 {
            for (before, behind) in (0..40).flat_map(|before| [0, 3, 9, 17].map(|behind| (before, behind))) {
                let text = format!("{}{}{}", "x".repeat(before), char::from(code), "é".repeat(behind));
                let json = quoted(&text);
                assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
            }
        }
    }

    /// The words must find neither less nor more than the test of single bytes.
    #[test]
    fn words_and_bytes_agree() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                for around in [b'x', 0x7f, 0x80, 0xff, 0x20, 0x21, 0x23, 0x5b, 0x5d] {
                    let mut bytes = [around; 8];
                    bytes[at] = byte;
                    let special = special_bytes(u64::from_ne_bytes(bytes)) != 0;
                    assert_eq!(special, needs_escape(byte), "{bytes:?}");
                }
            }
        }
    }
}
