//! What may be a topic: a broker closes the connection on a bad one, and would do so again on every retry.

/// The most levels below the first that mosquitto takes; it closes the connection on more.
const MAX_SEPARATORS: usize = 200;

/// The longest topic in bytes: its length stands in two bytes on the wire.
const MAX_BYTES: usize = 65_535;

/// Says what is wrong with a topic to publish to, as the end of a sentence that began with the topic.
pub(crate) fn find_fault(topic: &str) -> Option<String> {
    // The common case in one pass: printable ASCII without a wildcard, not many levels.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'+' && byte != b'#';
    if (1..=MAX_SEPARATORS).contains(&topic.len()) && !topic.starts_with('$') && topic.bytes().all(is_plain) {
        return None;
    }
    if topic.is_empty() {
        return Some("is empty".to_owned());
    }
    if topic.len() > MAX_BYTES {
        return Some(format!(
            "has {} bytes: an MQTT topic has at most {MAX_BYTES}",
            topic.len()
        ));
    }
    if let Some((position, found)) = topic.char_indices().find(|(_, found)| is_forbidden(*found)) {
        let why = match found {
            '+' | '#' => "wildcards are for subscribers only",
            _ => "brokers close the connection on control characters",
        };
        return Some(format!("has {found:?} at byte {position}: {why}"));
    }
    if topic.split('/').next() == Some("$SYS") {
        return Some("begins with \"$SYS\": brokers keep it for themselves".to_owned());
    }
    let separators = topic.bytes().filter(|byte| *byte == b'/').count();
    if separators > MAX_SEPARATORS {
        return Some(format!(
            "has {separators} slashes: brokers close the connection on more than {MAX_SEPARATORS}"
        ));
    }
    None
}

/// Wildcards (MQTT 3.1.1 §4.7.1), U+0000, and what §1.5.3 lets a broker close the connection on: control characters
/// and the code points that Unicode sets aside as no characters.
fn is_forbidden(found: char) -> bool {
    matches!(found, '+' | '#' | '\u{fdd0}'..='\u{fdef}')
        || found.is_control()
        || u32::from(found) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_brokers_take() {
        for topic in [
            "orders",
            "rust/streams",
            "/",
            "a b",
            "bestellungen/größe",
            "😀",
            "$aws/rules/jkool",
            "a$SYS",
            "$SYSTEM",
            &"/".repeat(200),
            &"a".repeat(65_535),
        ] {
            assert_eq!(find_fault(topic), None, "{topic:?}");
        }
    }

    #[test]
    fn names_what_is_wrong() {
        for (topic, part) in [
            ("", "is empty"),
            ("a/+/b", "'+' at byte 2"),
            ("#", "'#' at byte 0"),
            ("a\0", r"'\0' at byte 1"),
            ("ü\n", r"'\n' at byte 2"),
            ("\u{85}", "control characters"),
            ("\u{ffff}", "at byte 0"),
            ("\u{1fffe}", "at byte 0"),
            ("\u{fdd0}", "at byte 0"),
            ("$SYS", "$SYS"),
            ("$SYS/broker/load", "$SYS"),
            (&"/".repeat(201), "201 slashes"),
            (&"a".repeat(65_536), "65536 bytes"),
        ] {
            let fault = find_fault(topic).unwrap();
            assert!(fault.contains(part), "{topic:?}: {fault}");
        }
    }
}
