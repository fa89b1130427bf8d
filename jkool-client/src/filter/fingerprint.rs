//! What makes two events the same, in a few bytes.

use std::fmt;
use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};

use jkool_model::Severity;

/// What makes two events the same: a hash of logger or target, operation, severity and message, and the length of the
/// texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(super) hash: u64,
    pub(super) bytes: u64,
}

/// Takes the fingerprint of one event.
///
/// The hash is SipHash with keys of this process, so nobody outside can write a message that passes for another one.
pub(crate) struct FingerprintWriter {
    hasher: DefaultHasher,
    bytes: u64,
}

impl FingerprintWriter {
    pub(super) fn new(keys: &RandomState) -> Self {
        FingerprintWriter {
            hasher: keys.build_hasher(),
            bytes: 0,
        }
    }

    /// Adds the severity.
    #[inline]
    pub(crate) fn severity(&mut self, severity: Severity) {
        self.hasher.write_u8(severity as u8);
    }

    /// Adds a text that is whole.
    #[inline]
    pub(crate) fn text(&mut self, text: &str) {
        self.piece(text);
        self.end();
    }

    /// Adds a piece of a text.
    #[inline]
    fn piece(&mut self, text: &str) {
        self.hasher.write(text.as_bytes());
        self.bytes += text.len() as u64;
    }

    /// Ends a text, so that the next one cannot be its continuation.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.hasher.write_u8(0xff);
    }

    /// What was taken.
    #[inline]
    pub(crate) fn finish(self) -> Fingerprint {
        Fingerprint {
            hash: self.hasher.finish(),
            bytes: self.bytes,
        }
    }
}

/// What is written piece by piece is to be [ended](FingerprintWriter::end).
impl fmt::Write for FingerprintWriter {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.piece(text);
        Ok(())
    }
}
