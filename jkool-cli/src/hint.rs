//! A lone word that was probably meant as a command.

/// The command that `word` may be a slip of: `sned` for `send`.
pub(crate) fn close_command<'a>(word: &str, commands: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    commands
        .into_iter()
        .map(|command| (strsim::damerau_levenshtein(&word, command), command))
        // One slip, or two in a long name; a longer distance would take ordinary words for commands.
        .filter(|(distance, command)| *distance <= if command.len() < 7 { 1 } else { 2 })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, command)| command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_messages() {
        let commands = [
            "send",
            "serve",
            "demo",
            "check",
            "fqn",
            "completions",
            "man",
            "help",
        ];
        for (word, command) in [
            ("sned", Some("send")),
            ("SEND", Some("send")),
            ("server", Some("serve")),
            ("chek", Some("check")),
            ("completion", Some("completions")),
            ("complitons", Some("completions")),
            ("done", None),
            ("started", None),
            ("hello", None),
            ("ok", None),
        ] {
            assert_eq!(close_command(word, commands), command, "{word}");
        }
    }
}
