//! Why the value of one field could not be read: what was expected, what was found, and where.

use std::borrow::Cow;

use crate::unknown_name::excerpt;

/// A value that does not fit its field. The path grows outwards as the problem is handed up.
#[derive(Debug)]
pub(crate) struct FieldProblem {
    path: String,
    expectation: Cow<'static, str>,
    found: String,
    /// Where the offending value stands in memory; turned into a line and column by whoever has the input.
    address: usize,
}

impl FieldProblem {
    /// `json` must be a slice of the input, so that its place can be told.
    pub(crate) fn new(expectation: impl Into<Cow<'static, str>>, json: &str) -> Self {
        FieldProblem {
            path: String::new(),
            expectation: expectation.into(),
            found: excerpt(json).replace(char::is_control, " "),
            address: json.as_ptr() as usize,
        }
    }

    /// Puts the name of the enclosing field in front of the path.
    pub(crate) fn within(mut self, name: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{name}{separator}{}", self.path);
        self
    }

    /// Puts the place in the enclosing list in front of the path.
    pub(crate) fn at_index(self, index: usize) -> Self {
        self.within(&format!("[{index}]"))
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn expectation(&self) -> &str {
        &self.expectation
    }

    pub(crate) fn found(&self) -> &str {
        &self.found
    }

    /// The byte of the input at which the value starts.
    pub(crate) fn offset_in(&self, input: &str) -> Option<usize> {
        self.address
            .checked_sub(input.as_ptr() as usize)
            .filter(|offset| *offset <= input.len())
    }
}
