//! jkool-client.

#[cfg(feature = "spool")]
mod spool;

#[cfg(feature = "spool")]
pub use spool::{
    CorruptFile, HandedBack, HandedBackReason, NextBatch, SlotStatus, SpoolClosed, SpoolError, SpoolHandle,
    SpoolId, SpoolOptions, SpoolRecord, SpoolState, SpoolStats, SpoolStatus, Spooled,
};
