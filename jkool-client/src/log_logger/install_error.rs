//! Why a logger could not become that of the program.

use std::error::Error;
use std::fmt;

/// The program has a logger already; there can be only one, and it stays. [Wrap](crate::LogLogger::wrap) the other
/// one, and install this one in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstallError;

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the program has a logger already; wrap it with `LogLogger::wrap` and install that one instead",
        )
    }
}

impl Error for InstallError {}
