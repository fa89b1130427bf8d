//! The name under which a connection is known to the broker.

/// Makes a client id that no other connection has: 22 characters, as MQTT 3.1.1 §3.1.3.1 has every broker take up
/// to 23. It comes from a generator per thread, so a forked process does not repeat that of its parent.
pub(crate) fn generate() -> String {
    format!("jkool-{:016x}", fastrand::u64(..))
}

/// Says what is wrong with a client id, as the end of a sentence.
pub(crate) fn find_fault(client_id: &str) -> Option<&'static str> {
    if client_id.is_empty() {
        Some("is empty: leave it out to have one generated")
    } else if client_id.len() > 65_535 {
        Some("has more than 65535 bytes")
    } else if client_id.chars().any(char::is_control) {
        Some("has a control character, on which brokers close the connection")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_ids_are_short_and_differ() {
        let (one, other) = (generate(), generate());
        assert_ne!(one, other);
        for id in [one, other] {
            assert!(id.starts_with("jkool-") && id.len() <= 23, "{id}");
            assert_eq!(find_fault(&id), None);
        }
    }
}
