//! The error of a name that is not in a closed list, such as a severity or a source type.

use std::fmt;

/// A text that is none of the names of an enumeration.
///
/// The message quotes the text and lists the legal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    what: &'static str,
    text: String,
    legal: String,
}

impl UnknownName {
    pub(crate) fn new(what: &'static str, text: &str, legal: impl Iterator<Item = &'static str>) -> Self {
        UnknownName {
            what,
            text: excerpt(text),
            legal: legal.collect::<Vec<_>>().join(", "),
        }
    }

    /// What was looked for, such as `severity`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The text that was given, shortened if it is very long.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "unknown {} {:?}; expected one of {}",
            self.what, self.text, self.legal
        )
    }
}

impl std::error::Error for UnknownName {}

/// The beginning of a text, short enough for an error message.
pub(crate) fn excerpt(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
