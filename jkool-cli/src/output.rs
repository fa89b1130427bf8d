//! Standard output, whose reader may go away at any time.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;

use crate::failure::Failure;

/// Whether somebody still reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Listening,
    Gone,
}

/// Writes and flushes. A reader that is gone, such as `head` after its lines, has had what it wanted.
pub(crate) fn write(text: &[u8]) -> io::Result<Reader> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Reader::Listening),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error),
    }
}

/// Writes the whole output of a command.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    write(text.as_ref()).context("cannot write to standard output")?;
    Ok(())
}

/// Tells something that is not an error, on standard error.
pub(crate) fn note(text: &str) {
    // Nobody is there to be told that nobody is there.
    let _ = writeln!(io::stderr(), "jkool: {text}");
}
