//! What a layer or logger was told.

use jkool_model::{MESSAGE_MAX_BYTES, TEXT_MAX_BYTES};

use super::redaction::Redact;
use crate::filter::TargetLevels;

/// What a layer or logger was told.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) levels: TargetLevels,
    pub(crate) has_code_location: bool,
    pub(crate) max_fields: usize,
    pub(crate) max_field_bytes: usize,
    pub(crate) max_message_bytes: usize,
    pub(crate) redact: Redact,
}

impl Options {
    /// The defaults, with these levels.
    pub(crate) fn new(levels: TargetLevels) -> Self {
        Options {
            levels,
            has_code_location: true,
            max_fields: 64,
            max_field_bytes: 8 << 10,
            max_message_bytes: 64 << 10,
            redact: Redact::default(),
        }
    }

    /// A limit on texts, but none that the model would refuse.
    pub(crate) fn limit_fields(&mut self, max_bytes: usize) {
        self.max_field_bytes = max_bytes.min(TEXT_MAX_BYTES - "…".len());
    }

    /// The same for messages and exceptions.
    pub(crate) fn limit_messages(&mut self, max_bytes: usize) {
        self.max_message_bytes = max_bytes.min(MESSAGE_MAX_BYTES - "…".len());
    }
}

/// The setters that the `tracing` layer and the `log` logger have in common, for a type with `options` and `outlet`.
macro_rules! capture_setters {
    () => {
        /// The lowest severity that is sent. Default: the [level](crate::ClientBuilder::level) of the client, which
        /// this replaces.
        pub fn level(mut self, level: $crate::Severity) -> Self {
            self.options.levels.set_level(level);
            self
        }

        /// The lowest severity of a target and the modules below it; the longest matching target counts. Default: those
        /// of the [client](crate::ClientBuilder::target_level), and else [`level`](Self::level).
        pub fn target_level(mut self, target: impl Into<String>, level: $crate::Severity) -> Self {
            self.options.levels.set_target(target.into(), Some(level));
            self
        }

        /// Sends nothing of a target and the modules below it.
        pub fn without_target(mut self, target: impl Into<String>) -> Self {
            self.options.levels.set_target(target.into(), None);
            self
        }

        /// Whether the `location` says where in the code a record was made, as `src/main.rs:42`. Default: yes; if not,
        /// the client's default [location](crate::ClientBuilder::location) holds.
        pub fn code_location(mut self, has_code_location: bool) -> Self {
            self.options.has_code_location = has_code_location;
            self
        }

        /// How many properties a record may have; further fields are left out. Default: 64.
        pub fn max_fields(mut self, fields: usize) -> Self {
            self.options.max_fields = fields;
            self
        }

        /// The longest value of a field in bytes; longer ones are cut and end in `…`. Default: 8 KiB; at most 64 KiB.
        pub fn max_field_bytes(mut self, bytes: usize) -> Self {
            self.options.limit_fields(bytes);
            self
        }

        /// The longest message or exception in bytes; longer ones are cut and end in `…`. Default: 64 KiB; at most
        /// 16 MiB.
        pub fn max_message_bytes(mut self, bytes: usize) -> Self {
            self.options.limit_messages(bytes);
            self
        }

        /// Asks `hook` about every value before it leaves: it gets the name of the field (`message` for the message)
        /// and the value as a text, numbers included. If it panics, the value is removed.
        ///
        /// With a hook, each value is formatted once more and into memory of its own, which costs some 50 ns and an
        /// allocation per field. Default: none.
        pub fn redact(
            mut self,
            hook: impl Fn(&str, &str) -> $crate::Redaction + Send + Sync + 'static,
        ) -> Self {
            self.options.redact = $crate::capture::Redact::new(hook);
            self
        }

        /// What becomes of a record for which the queue has no room. Default: as the
        /// [client](crate::ClientBuilder::on_full) does. With [`HandBack`](crate::OnFull::HandBack), since nobody is
        /// there to take it back, the new record is dropped and counted in [`Stats::refused`](crate::Stats::refused).
        pub fn on_full(mut self, on_full: $crate::OnFull) -> Self {
            self.outlet.set_on_full(on_full);
            self
        }
    };
}

pub(crate) use capture_setters;
