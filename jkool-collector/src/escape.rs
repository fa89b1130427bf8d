//! Text from elsewhere, made safe for a terminal and for logs of one line per entry.

use std::fmt::{self, Write};

/// Text whose control characters are shown as escapes: C0 except the tab, DEL, C1, line and paragraph separators, and
/// the invisible characters that turn the direction of text or hide it. A sequence that would move the cursor, change
/// colours or forge another line is seen as what it is.
///
/// ```
/// use jkool_collector::Escaped;
///
/// assert_eq!(Escaped("red\u{1b}[31m\nfake line").to_string(), "red\\u{1b}[31m\\nfake line");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                unsafe_one if is_unsafe(unsafe_one) => write!(f, "{}", unsafe_one.escape_unicode())?,
                harmless => f.write_char(harmless)?,
            }
        }
        Ok(())
    }
}

fn is_unsafe(character: char) -> bool {
    match character {
        '\t' => false,
        // Zero-width and direction marks, separators, overrides, isolates, invisible operators, byte order mark.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_shown() {
        for (text, shown) in [
            ("plain\ttext, déjà vu, 語", "plain\ttext, déjà vu, 語"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("a\u{202e}b\u{2066}c\u{feff}", "a\\u{202e}b\\u{2066}c\\u{feff}"),
            ("one\r\ntwo\u{2028}three", "one\\r\\ntwo\\u{2028}three"),
            ("\0", "\\u{0}"),
        ] {
            assert_eq!(Escaped(text).to_string(), shown);
        }
    }
}
