//! Why nothing will be reported.

use std::io;

/// Why a client cannot report something again and again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The interval is zero.
    #[error("the interval is zero; give the time between two reports, such as 10 s")]
    ZeroInterval,
    /// The client was closed, or belongs to the parent of this forked process.
    #[error("the client was closed")]
    Closed,
    /// The operating system has no thread left.
    #[error("the thread that reports could not be started")]
    Thread(#[source] io::Error),
}
