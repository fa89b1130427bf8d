//! What standard output can show.

use std::io::{IsTerminal, stdout};

use anstream::{AutoStream, ColorChoice};
use jkool_collector::LineFormat;

/// Readable lines as they suit standard output: coloured on a terminal, unless `NO_COLOR` or its like is set, and
/// broken to fit it.
pub(crate) fn line_format() -> LineFormat {
    let colour = AutoStream::choice(&stdout()) != ColorChoice::Never;
    LineFormat::new().colour(colour).width(columns())
}

/// The columns of the terminal, if standard output is one.
pub(crate) fn columns() -> Option<usize> {
    if !stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0).max(40))
}
