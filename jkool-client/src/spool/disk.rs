//! What a store stands on: one file that can be opened, deleted, or put aside.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use redb::StorageBackend;

/// Where the spool file lives. The real one is a slot of a directory; tests bring disks that forget and fail.
pub(crate) trait Disk: Debug + Send {
    /// Opens the file, or makes an empty one, durably: its name survives power loss once this returns.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>>;

    /// Whether there is a file with something in it, or may be: only a file that is surely missing or empty has none.
    fn has_data(&self) -> bool;

    /// Deletes the file. None there is fine.
    fn delete(&self) -> io::Result<()>;

    /// Renames the file so that it is kept but not opened again, and says where it is now.
    fn set_aside(&self) -> io::Result<PathBuf>;

    /// Opens a file that was set aside, for reading.
    fn open_aside(&self, path: &Path) -> io::Result<Box<dyn StorageBackend>>;

    /// The file's name, for messages.
    fn path(&self) -> &Path;

    /// A place where a dead process left records, if there is one; it is locked for this process from then on.
    fn leavings(&self) -> io::Result<Option<Box<dyn Disk>>> {
        Ok(None)
    }
}
