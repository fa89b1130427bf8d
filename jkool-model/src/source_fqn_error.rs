//! Why a text is not a source FQN.

use std::error::Error;
use std::fmt;

use crate::unknown_name::excerpt;
use crate::{SourceFqn, SourceType};

/// A text that is not a source FQN: what is wrong, where, and with which piece of it.
///
/// ```
/// use jkool_model::{SourceFqn, SourceFqnErrorKind};
///
/// let error = "APPL=Shop#SERVER".parse::<SourceFqn>().unwrap_err();
/// assert_eq!(error.kind(), SourceFqnErrorKind::MissingEquals);
/// assert_eq!((error.position(), error.piece()), (10, "SERVER"));
/// assert_eq!(
///     error.to_string(),
///     "source FQN: \"SERVER\" at byte 10 has no `=`; write TYPE=name, such as SERVER=web1"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSourceFqnError {
    kind: SourceFqnErrorKind,
    position: usize,
    piece: String,
}

/// What can be wrong with a source FQN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceFqnErrorKind {
    /// There is no element at all.
    Empty,
    /// Nothing stands between two `#`, or before the first or after the last.
    EmptyElement,
    /// An element has no `=`.
    MissingEquals,
    /// An element's type is none of [`SourceType::ALL`], or not in upper case.
    UnknownType,
    /// Nothing follows the `=`.
    EmptyName,
    /// A name begins with a second `=`.
    DoubledEquals,
    /// A `$` is not followed by a key.
    EmptyVariable,
    /// A name has a control character, or one that is built has a `#`.
    ForbiddenCharacter,
    /// The text takes more than [`SourceFqn::MAX_BYTES`] bytes.
    TooLong,
    /// There are more than [`SourceFqn::MAX_ELEMENTS`] elements.
    TooManyElements,
}

impl ParseSourceFqnError {
    pub(crate) fn new(kind: SourceFqnErrorKind, position: usize, piece: &str) -> Self {
        ParseSourceFqnError {
            kind,
            position,
            piece: excerpt(piece),
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> SourceFqnErrorKind {
        self.kind
    }

    /// Where it is wrong, in bytes from the start of the text.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The offending piece, shortened if it is very long.
    #[must_use]
    pub fn piece(&self) -> &str {
        &self.piece
    }
}

impl fmt::Display for ParseSourceFqnError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParseSourceFqnError {
            kind,
            position,
            piece,
        } = self;
        formatter.write_str("source FQN: ")?;
        match kind {
            SourceFqnErrorKind::Empty => {
                formatter.write_str("no element; write TYPE=name, such as APPL=Shop")
            }
            SourceFqnErrorKind::EmptyElement => {
                write!(
                    formatter,
                    "empty element at byte {position}; remove the `#` too many"
                )
            }
            SourceFqnErrorKind::MissingEquals => {
                write!(
                    formatter,
                    "{piece:?} at byte {position} has no `=`; write TYPE=name, such as SERVER=web1"
                )
            }
            SourceFqnErrorKind::UnknownType => {
                write!(
                    formatter,
                    "unknown type {piece:?} at byte {position}; expected one of "
                )?;
                for (index, known) in SourceType::ALL.iter().enumerate() {
                    write!(formatter, "{}{known}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            SourceFqnErrorKind::EmptyName => {
                write!(
                    formatter,
                    "empty name at byte {position}; write a name, or `?` for the default"
                )
            }
            SourceFqnErrorKind::DoubledEquals => {
                write!(
                    formatter,
                    "second `=` at byte {position} in {piece:?}; write TYPE=name"
                )
            }
            SourceFqnErrorKind::EmptyVariable => {
                write!(formatter, "`$` without a key at byte {position}; write $KEY")
            }
            SourceFqnErrorKind::ForbiddenCharacter => write!(
                formatter,
                "character not allowed at byte {position} in {piece:?}; names have no `#` and no control characters"
            ),
            SourceFqnErrorKind::TooLong => {
                write!(formatter, "longer than {} bytes", SourceFqn::MAX_BYTES)
            }
            SourceFqnErrorKind::TooManyElements => {
                write!(
                    formatter,
                    "more than {} elements, at byte {position}",
                    SourceFqn::MAX_ELEMENTS
                )
            }
        }
    }
}

impl Error for ParseSourceFqnError {}
