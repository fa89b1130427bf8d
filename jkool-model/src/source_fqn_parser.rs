//! The parser of source FQNs, iterative and strict or lenient.
//!
//! ```text
//! fqn     = element , { "#" , element } ;
//! element = TYPE , "=" , name ;
//! name    = "?" | "$" , key | 1*( any character except "#" and control characters ) ;
//! ```

use std::borrow::Cow;

use crate::source_fqn::is_forbidden;
use crate::{ParseSourceFqnError, SourceElement, SourceFqn, SourceFqnErrorKind, SourceType};

/// Splits a text into elements.
pub(crate) fn parse(text: &str, lenient: bool) -> Result<Vec<SourceElement>, ParseSourceFqnError> {
    if text.len() > SourceFqn::MAX_BYTES {
        return Err(ParseSourceFqnError::new(
            SourceFqnErrorKind::TooLong,
            SourceFqn::MAX_BYTES,
            text,
        ));
    }
    let mut elements = Vec::new();
    let mut position = 0;
    for piece in text.split('#') {
        if !lenient || !piece.trim().is_empty() {
            if elements.len() == SourceFqn::MAX_ELEMENTS {
                return Err(ParseSourceFqnError::new(
                    SourceFqnErrorKind::TooManyElements,
                    position,
                    piece,
                ));
            }
            if piece.is_empty() && !text.bytes().all(|byte| byte == b'#') {
                return Err(ParseSourceFqnError::new(
                    SourceFqnErrorKind::EmptyElement,
                    position,
                    piece,
                ));
            }
            if !piece.is_empty() {
                elements.push(element(piece, position, lenient)?);
            }
        }
        position += piece.len() + 1;
    }
    if elements.is_empty() {
        return Err(ParseSourceFqnError::new(SourceFqnErrorKind::Empty, 0, text));
    }
    Ok(elements)
}

/// Checks a name of an element; `position` is where it stands in the whole text.
pub(crate) fn check_name(name: &str, position: usize) -> Result<(), ParseSourceFqnError> {
    let kind = if name.is_empty() {
        SourceFqnErrorKind::EmptyName
    } else if name == "$" {
        SourceFqnErrorKind::EmptyVariable
    } else if name.contains(is_forbidden) {
        SourceFqnErrorKind::ForbiddenCharacter
    } else {
        return Ok(());
    };
    let offset = name.find(is_forbidden).unwrap_or(0);
    Err(ParseSourceFqnError::new(kind, position + offset, name))
}

fn element(piece: &str, position: usize, lenient: bool) -> Result<SourceElement, ParseSourceFqnError> {
    let Some((type_text, name)) = piece.split_once('=') else {
        return Err(ParseSourceFqnError::new(
            SourceFqnErrorKind::MissingEquals,
            position,
            piece,
        ));
    };
    let source_type = if lenient {
        SourceType::find(type_text.trim())
    } else {
        SourceType::ALL
            .iter()
            .find(|known| known.as_str() == type_text)
            .copied()
    };
    let Some(source_type) = source_type else {
        return Err(ParseSourceFqnError::new(
            SourceFqnErrorKind::UnknownType,
            position,
            type_text,
        ));
    };

    let start = position + type_text.len() + 1;
    let (name, start) = if lenient {
        (name.trim(), start + (name.len() - name.trim_start().len()))
    } else {
        (name, start)
    };
    if !lenient && name.starts_with('=') {
        return Err(ParseSourceFqnError::new(
            SourceFqnErrorKind::DoubledEquals,
            start,
            piece,
        ));
    }
    check_name(name, start)?;
    Ok(SourceElement::new(source_type, Cow::Owned(name.to_owned())))
}
