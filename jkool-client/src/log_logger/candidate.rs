//! What the filters ask of a record before it is written.

use jkool_model::Severity;
use log::Record;

use super::key_values::is_sampled;
use crate::capture::FieldValue;
use crate::filter::{Candidate, Fingerprint, FingerprintWriter, Sampling};

/// A record that was just made.
pub(super) struct NewRecord<'a> {
    pub(super) record: &'a Record<'a>,
    pub(super) severity: Severity,
}

impl Candidate for NewRecord<'_> {
    fn is_sampled(&self, sampling: &Sampling) -> bool {
        is_sampled(self.record.key_values(), sampling).unwrap_or_else(|| sampling.keeps_by_chance())
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn fingerprint(&self, mut writer: FingerprintWriter) -> Option<Fingerprint> {
        writer.severity(self.severity);
        writer.text(self.record.target());
        match self.record.args().as_str() {
            Some(text) => writer.text(text),
            None => FieldValue::Display(self.record.args()).print(&mut writer),
        }
        Some(writer.finish())
    }
}
