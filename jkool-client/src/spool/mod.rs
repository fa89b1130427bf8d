//! The disk spool: records that survive the process, kept until the far end has them.
//!
//! From the bottom up: an [`envelope`] is one record as bytes with a checksum; a [`store`] keeps envelopes in one
//! redb file; [`contained`] keeps the errors and panics of that file from everyone else; [`slots`] share a directory
//! between processes; the [`spooler`] decides what to do next, by the caller's clock; the [`thread`] owns all of it,
//! since a commit can block for seconds on a sick disk; the [`handle`] is what the rest of the client holds. Nothing here knows of queues, workers or transports.
//!
//! What *stored* means: the record was committed with two `fdatasync`s, so it survives `kill -9` and power loss. It
//! is handed out by [`SpoolHandle::next_batch`] until it is removed; after a crash, records whose removal was not
//! yet written come again, so delivery from a spool is at least once.
//!
//! Damage: what an earlier life left is checked page by page when it is opened. A damaged file is renamed to
//! `NN.redb.N.corrupt`, and what can still be read of it is copied into a new one; damage to a file may cost the rest
//! of that file. A record whose checksum does not fit is skipped, counted and removed, never delivered altered. A panic inside redb, which a damaged file can cause, is contained: the program's panic hook sees it, nobody
//! else. That needs unwinding; a program built with `panic = "abort"` dies of it.

mod contained;
mod contents;
mod disk;
mod envelope;
mod error;
mod failure;
mod gate;
mod handed_back;
mod handle;
mod ledger;
mod mailbox;
mod mode;
mod options;
mod overlay;
mod record;
mod retry;
mod salvage;
mod settings;
mod slots;
mod spooler;
mod state;
mod status;
mod store;
mod thread;
mod todo;

#[cfg(test)]
pub(crate) mod tests;

pub use error::SpoolError;
pub(crate) use handed_back::{HandedBack, HandedBackReason};
pub(crate) use handle::SpoolHandle;
pub use mode::SpoolMode;
pub(crate) use options::SpoolOptions;
pub(crate) use record::{SpoolId, SpoolRecord, Spooled};
pub use settings::Spool;
pub use state::{SpoolState, SpoolStats};
pub use status::{CorruptFile, SlotStatus, SpoolStatus};
