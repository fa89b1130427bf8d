//! What may be shown of an answer.

use jkool_transport::AccessToken;

use crate::access_request::escape;

/// How much of an answer is shown, in characters.
const MAX_CHARS: usize = 200;

/// The beginning of `text`, on one line, fit to be shown: without the token, and without characters that drive a
/// terminal or turn text around.
pub(crate) fn excerpt(text: &str, token: &AccessToken) -> String {
    // The token is looked for in the whole text, so that the cut cannot leave a part of it.
    let text = scrub(text, token);
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    let mut shown = String::new();
    for (count, char) in words.chars().enumerate() {
        if count == MAX_CHARS {
            shown.push('…');
            break;
        }
        if is_unsafe(char) {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// `text` without the token, in each way in which a far end writes what it was sent.
pub(crate) fn scrub(text: &str, token: &AccessToken) -> String {
    let secret = token.expose();
    let as_json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    let as_xml = escape(secret);
    let mut text = token.scrub(text);
    for form in [
        as_xml.replace('"', "&quot;").replace('\'', "&apos;"),
        as_xml,
        as_json,
    ] {
        if form != secret && !form.is_empty() {
            text = text.replace(&form, "[redacted]");
        }
    }
    scrub_percent_encoded(text, secret)
}

/// `text` without the secret where characters of it stand as in a URL, such as `%3C` for `<`: redirects lead to URLs.
fn scrub_percent_encoded(text: String, secret: &str) -> String {
    if !text.contains('%') || secret.is_empty() {
        return text;
    }
    let (mut scrubbed, mut rest) = (String::new(), text.as_str());
    while let Some(first) = rest.chars().next() {
        match after_percent_encoded(rest, secret) {
            Some(after) => {
                scrubbed.push_str("[redacted]");
                rest = after;
            }
            None => {
                scrubbed.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    scrubbed
}

/// What follows the secret, if `text` begins with it.
fn after_percent_encoded<'a>(text: &'a str, secret: &str) -> Option<&'a str> {
    secret.bytes().try_fold(text, |rest, byte| {
        if rest.as_bytes().first() == Some(&byte) {
            return rest.get(1..);
        }
        let digits = rest.get(..3)?.strip_prefix('%')?;
        (u8::from_str_radix(digits, 16) == Ok(byte)).then_some(rest.get(3..)?)
    })
}

/// Control characters, and those that reorder, hide or join text.
fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_one_line_without_control_characters() {
        let token = AccessToken::new("canary");
        assert_eq!(
            excerpt(" bad\r\n\tinput \u{1b}[31m\u{9b}\u{202e}x\u{7f} ", &token),
            r"bad input \u{1b}[31m\u{9b}\u{202e}x\u{7f}"
        );
    }

    #[test]
    fn cuts_long_text_and_never_within_a_token() {
        let token = AccessToken::new("canary-canary");
        let text = format!("{}{}{}", "ü".repeat(195), token.expose(), "x".repeat(100));
        let shown = excerpt(&text, &token);
        assert_eq!(shown.chars().count(), MAX_CHARS + 1);
        assert!(shown.ends_with("[reda…"), "{shown}");
    }

    #[test]
    fn knows_the_token_as_others_write_it() {
        let token = AccessToken::new("a<b>&\"c'\\");
        for form in [
            "a<b>&\"c'\\",
            "a&lt;b&gt;&amp;\"c'\\",
            "a&lt;b&gt;&amp;&quot;c&apos;\\",
            r#"a<b>&\"c'\\"#,
            "a%3Cb%3e&%22c'%5C",
            "%61%3C%62%3E%26%22%63%27%5C",
        ] {
            assert_eq!(
                excerpt(&format!("no {form}!"), &token),
                "no [redacted]!",
                "{form}"
            );
        }
    }
}
