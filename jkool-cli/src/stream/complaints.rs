//! What is wrong with single lines, told while the others go on.

use std::sync::atomic::{AtomicU64, Ordering};

use jkool_client::DeadLetter;
use jkool_collector::Escaped;

use crate::stream::{Input, Progress};

/// How many are told; more would bury the rest of the output, and are counted only.
const TOLD: u64 = 100;

/// How much of an event is shown.
const SHOWN_CHARS: usize = 100;

/// Tells what is wrong with single lines.
#[derive(Debug)]
pub(crate) struct Complaints {
    progress: Progress,
    told: AtomicU64,
}

impl Complaints {
    pub(crate) fn new(progress: Progress) -> Self {
        Self {
            progress,
            told: AtomicU64::new(0),
        }
    }

    /// A line was not taken.
    pub(crate) fn reject(&self, input: &Input, line: u64, reason: &str) {
        self.tell(|| format!("{input}:{line}: {}", Escaped(reason)));
    }

    /// The far end will never take an event.
    pub(crate) fn refuse(&self, letter: &DeadLetter) {
        self.tell(|| {
            let body = String::from_utf8_lossy(letter.body());
            let shown: String = body.chars().take(SHOWN_CHARS).collect();
            let more = if shown.len() < body.len() { "…" } else { "" };
            format!(
                "refused: {}: {}{more}",
                Escaped(&letter.refusal().to_string()),
                Escaped(&shown)
            )
        });
    }

    /// A file, or the way to the far end, is in trouble; this is always told.
    pub(crate) fn note(&self, text: &str) {
        self.progress.note(text);
    }

    fn tell(&self, text: impl FnOnce() -> String) {
        match self.told.fetch_add(1, Ordering::Relaxed) {
            earlier if earlier < TOLD => self.progress.note(&text()),
            TOLD => self
                .progress
                .note("there are more such lines; they are counted, but no longer told one by one"),
            _ => {}
        }
    }
}
