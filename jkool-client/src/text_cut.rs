//! Cuts texts without breaking a character.

/// The longest beginning of `text` of at most `max_bytes` bytes that ends between two characters.
pub(crate) fn beginning(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_whole() {
        let cuts: Vec<_> = (0..6).map(|max_bytes| beginning("aé€", max_bytes)).collect();
        assert_eq!(cuts, ["", "a", "a", "aé", "aé", "aé"]);
        assert_eq!(beginning("aé€", 99), "aé€");
    }
}
