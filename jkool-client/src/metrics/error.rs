//! Why there is no recorder.

use crate::ReportError;

/// Why a recorder for the `metrics` facade cannot be built or installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// A limit is zero.
    #[error("`{setter}` is zero; give a positive number")]
    ZeroLimit {
        /// The setter that was given the zero.
        setter: &'static str,
    },
    /// Reports cannot be sent.
    #[error("metrics cannot be reported")]
    Report(#[source] ReportError),
    /// The program has a global recorder already, and keeps it.
    #[error("another recorder is installed already; install one only, at the start of the program")]
    AlreadyInstalled,
}
