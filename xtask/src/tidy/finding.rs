//! What a rule reports: where, and what to change.

use std::fmt;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    message: String,
}

impl Finding {
    /// A finding about a file as a whole.
    pub(crate) fn in_file(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            message: message.into(),
        }
    }

    /// A finding on a line, counted from 0 as iterators count.
    pub(crate) fn on_line(path: &str, index: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: index + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_shown_so_that_editors_jump_to_it() {
        assert_eq!(Finding::on_line("a/b.rs", 2, "no").to_string(), "a/b.rs:3: no");
        assert_eq!(Finding::in_file("a/b.rs", "no").to_string(), "a/b.rs: no");
    }
}
