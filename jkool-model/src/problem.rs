//! What is wrong with an entity that is about to be sent.

use std::error::Error;
use std::fmt;

/// One thing that is wrong with an entity: what, and in which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    kind: ProblemKind,
}

/// The kinds of problems.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A name, an id or a correlator is empty.
    Empty,
    /// A name that is required is missing.
    Missing,
    /// A time lies before 1970, or a length of time or size is below zero.
    Negative,
    /// The end lies before the start.
    EndBeforeStart,
    /// A text takes more bytes than the model allows.
    TooLong {
        /// How many bytes it takes.
        bytes: usize,
        /// How many are allowed.
        max_bytes: usize,
    },
    /// A list has more items than the model allows.
    TooMany {
        /// How many it has.
        items: usize,
        /// How many are allowed.
        max_items: usize,
    },
    /// An extra field has the name of a field that the model has a setter for; it would not be written.
    OwnName,
    /// The type is that of another kind of entity.
    OtherKind,
}

/// Everything that is wrong with an entity; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problem {
    pub(crate) fn new(path: String, kind: ProblemKind) -> Self {
        Problem { path, kind }
    }

    /// The field, such as `snapshots[0].name`, by its name in the default dialect.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> &ProblemKind {
        &self.kind
    }
}

impl Problems {
    /// No problems are no error.
    pub(crate) fn check(problems: Vec<Problem>) -> Result<(), Problems> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(problems))
        }
    }

    /// The problems, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` ", self.path)?;
        match &self.kind {
            ProblemKind::Empty => formatter.write_str("is empty"),
            ProblemKind::Missing => formatter.write_str("is missing"),
            ProblemKind::Negative => formatter.write_str("is below zero"),
            ProblemKind::EndBeforeStart => formatter.write_str("lies before the start time"),
            ProblemKind::TooLong { bytes, max_bytes } => {
                write!(formatter, "takes {bytes} bytes; {max_bytes} are allowed")
            }
            ProblemKind::TooMany { items, max_items } => {
                write!(formatter, "has {items} items; {max_items} are allowed")
            }
            ProblemKind::OwnName => {
                formatter.write_str("has a setter of its own and cannot be an extra field")
            }
            ProblemKind::OtherKind => formatter.write_str("is that of another kind of entity"),
        }
    }
}

impl fmt::Display for Problems {
    /// The problems on one line, separated by semicolons.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl Error for Problems {}
