//! An error and its causes as one text.

use std::error::Error;
use std::fmt::{self, Write};

/// Causes that are told; more make a circle, or nobody the wiser.
const MAX_CAUSES: usize = 32;

/// Writes an error and its causes, one a line.
pub(crate) fn write_error_chain(text: &mut impl Write, error: &dyn Error) -> fmt::Result {
    write!(text, "{error}")?;
    let mut cause = error.source();
    for _ in 0..MAX_CAUSES {
        let Some(error) = cause else { break };
        write!(text, "\ncaused by: {error}")?;
        cause = error.source();
    }
    Ok(())
}
