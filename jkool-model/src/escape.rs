//! Writing a text as the inside of a JSON string.

/// Appends `text` with quotes, backslashes and control characters escaped; everything else stays UTF-8.
#[inline]
pub(crate) fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if is_plain(bytes) {
        out.extend_from_slice(bytes);
    } else {
        push_piecewise(out, bytes);
    }
}

/// Whether no byte needs an escape. Written so that whole chunks are tested at once.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    let (chunks, rest) = bytes.as_chunks::<16>();
    chunks.iter().all(|chunk| {
        !chunk
            .iter()
            .fold(false, |found, byte| found | needs_escape(*byte))
    }) && !rest.iter().fold(false, |found, byte| found | needs_escape(*byte))
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

    proptest! {
        #[test]
        fn escaped_text_reads_back(text in any::<String>()) {
            let mut json = vec![b'"'];
            push_escaped(&mut json, &text);
            json.push(b'"');
            prop_assert!(!json.contains(&b'\n'));
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn every_control_character_is_escaped_wherever_it_stands() {
        for code in 0..0x80_u8 {
            for length in 0..40 {
                let text = format!("{}{}é", "x".repeat(length), char::from(code));
                let mut json = vec![b'"'];
                push_escaped(&mut json, &text);
                json.push(b'"');
                assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
            }
        }
    }
}
