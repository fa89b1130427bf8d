//! The file that received entities are appended to, one JSON object per line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// An append-only file that survives rotation: before each write it is opened anew if its path names another file by
/// now (Unix), or in any case (elsewhere, where an open file keeps its name).
#[derive(Debug)]
pub(crate) struct OutputFile {
    path: PathBuf,
    file: File,
}

impl OutputFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            file: open(path)?,
        })
    }

    /// Appends whole lines with one system call, so that two writers do not mix theirs.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.is_moved() {
            self.file = open(&self.path)?;
        }
        self.file.write_all(lines)?;
        self.file.flush()
    }

    #[cfg(unix)]
    fn is_moved(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let named = std::fs::metadata(&self.path).map(identity).ok();
        named.is_none() || named != self.file.metadata().map(identity).ok()
    }

    #[cfg(not(unix))]
    fn is_moved(&self) -> bool {
        true
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_and_follows_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let (path, old) = (folder.path().join("out.ndjson"), folder.path().join("out.1"));
        std::fs::write(&path, "kept\n").unwrap();
        let mut output = OutputFile::open(&path).unwrap();
        output.append(b"one\n").unwrap();
        std::fs::rename(&path, &old).unwrap();
        output.append(b"two\n").unwrap();
        output.append(b"three\n").unwrap();
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "kept\none\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two\nthree\n");
        std::fs::remove_file(&path).unwrap();
        output.append(b"four\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "four\n");
    }
}
