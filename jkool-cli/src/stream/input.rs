//! Where lines come from.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use jkool_collector::Escaped;

/// A file, or standard input.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Standard,
    File(PathBuf),
}

impl Input {
    /// As named on the command line: `-` is standard input, and so is no name at all.
    pub(crate) fn all(names: &[PathBuf]) -> Vec<Self> {
        if names.is_empty() {
            return vec![Self::Standard];
        }
        names
            .iter()
            .map(|name| match name.as_path() {
                dash if dash == Path::new("-") => Self::Standard,
                path => Self::File(path.to_owned()),
            })
            .collect()
    }

    /// How many bytes there are to read in all, if that is known.
    pub(crate) fn total_bytes(all: &[Self]) -> Option<u64> {
        all.iter().map(Self::bytes).sum()
    }

    fn bytes(&self) -> Option<u64> {
        let Self::File(path) = self else { return None };
        match std::fs::metadata(path) {
            Ok(file) if file.is_file() => Some(file.len()),
            Ok(_) => None,
            // What cannot be read adds nothing.
            Err(_) => Some(0),
        }
    }

    /// Opens it.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read>> {
        match self {
            Self::Standard => Ok(Box::new(io::stdin().lock())),
            Self::File(path) => {
                // Asked first, since on Windows a directory cannot even be opened.
                if path.is_dir() {
                    return Err(io::Error::new(ErrorKind::IsADirectory, "it is a directory"));
                }
                Ok(Box::new(File::open(path)?))
            }
        }
    }
}

/// The name, safe for a terminal.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard input"),
            Self::File(path) => Escaped(&path.to_string_lossy()).fmt(f),
        }
    }
}
