//! Why JSON could not be read as an entity.

use std::error::Error;
use std::fmt;
use std::str::Utf8Error;

use crate::EntityKind;
use crate::field_problem::FieldProblem;

/// JSON that is not an entity: what is wrong, and where.
///
/// ```
/// use jkool_model::Entity;
///
/// let error = Entity::from_json(br#"{"operation": "Pay", "pid": "many"}"#).unwrap_err();
/// assert_eq!(error.field(), Some("pid"));
/// assert_eq!(
///     error.to_string(),
///     "field `pid` at line 1, column 29: expected an integer of 64 bits, as a number or a text, found \"many\""
/// );
/// ```
#[derive(Debug)]
pub struct ReadError(Box<ReadErrorKind>);

#[derive(Debug)]
enum ReadErrorKind {
    NotUtf8(Utf8Error),
    Syntax(serde_json::Error),
    Field {
        path: String,
        expectation: String,
        found: String,
        place: Option<Place>,
    },
    OtherKind {
        expected: EntityKind,
        found: EntityKind,
    },
}

#[derive(Clone, Copy, Debug)]
struct Place {
    line: usize,
    column: usize,
}

impl ReadError {
    pub(crate) fn not_utf8(error: Utf8Error) -> Self {
        ReadError(Box::new(ReadErrorKind::NotUtf8(error)))
    }

    pub(crate) fn syntax(error: serde_json::Error) -> Self {
        ReadError(Box::new(ReadErrorKind::Syntax(error)))
    }

    pub(crate) fn of_field(problem: &FieldProblem, input: &str) -> Self {
        let place = problem
            .offset_in(input)
            .and_then(|offset| input.get(..offset))
            .map(|before| Place {
                line: before.matches('\n').count() + 1,
                column: before
                    .chars()
                    .rev()
                    .take_while(|character| *character != '\n')
                    .count()
                    + 1,
            });
        ReadError(Box::new(ReadErrorKind::Field {
            path: problem.path().to_owned(),
            expectation: problem.expectation().to_owned(),
            found: problem.found().to_owned(),
            place,
        }))
    }

    pub(crate) fn other_kind(expected: EntityKind, found: EntityKind) -> Self {
        ReadError(Box::new(ReadErrorKind::OtherKind { expected, found }))
    }

    /// The path of the field that could not be read, such as `snapshots[0].time-usec`; `None` if the text is
    /// not a JSON object at all.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match &*self.0 {
            ReadErrorKind::Field { path, .. } => Some(path),
            ReadErrorKind::OtherKind { .. } => Some("type"),
            _ => None,
        }
    }

    /// The line, counted from 1, if known.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match &*self.0 {
            ReadErrorKind::Syntax(error) => Some(error.line()),
            ReadErrorKind::Field { place, .. } => place.map(|place| place.line),
            _ => None,
        }
    }

    /// The column, counted from 1, if known.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match &*self.0 {
            ReadErrorKind::Syntax(error) => Some(error.column()),
            ReadErrorKind::Field { place, .. } => place.map(|place| place.column),
            _ => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ReadErrorKind::NotUtf8(error) => {
                write!(
                    formatter,
                    "not UTF-8 text from byte {} on; JSON must be UTF-8",
                    error.valid_up_to()
                )
            }
            ReadErrorKind::Syntax(error) => {
                write!(
                    formatter,
                    "not a JSON object at line {}, column {}",
                    error.line(),
                    error.column()
                )
            }
            ReadErrorKind::Field {
                path,
                expectation,
                found,
                place,
            } => {
                // A name may have been written with escapes; the message stays on one line.
                write!(formatter, "field `{}`", path.escape_debug())?;
                if let Some(Place { line, column }) = place {
                    write!(formatter, " at line {line}, column {column}")?;
                }
                write!(formatter, ": expected {expectation}, found {found}")
            }
            ReadErrorKind::OtherKind { expected, found } => {
                write!(
                    formatter,
                    "field `type`: expected that of kind {expected}, found that of kind {found}"
                )
            }
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.0 {
            ReadErrorKind::NotUtf8(error) => Some(error),
            ReadErrorKind::Syntax(error) => Some(error),
            _ => None,
        }
    }
}
