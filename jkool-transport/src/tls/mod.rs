//! TLS: the options, the rustls configuration made from them, and what a failed handshake means.

mod any_certificate;
mod cipher_suites;
mod failure;
mod options;
mod pem_source;
mod version;

pub use failure::tls_failure;
pub use options::TlsOptions;
pub use version::{ParseTlsVersionError, TlsVersion};
