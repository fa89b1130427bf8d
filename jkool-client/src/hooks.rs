//! What the host wants to be told.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::dead_letter_file::DeadLetterFile;
use crate::ledger::Ledger;
use crate::{Alarm, DeadLetter, Health};

type Hook<T> = Box<dyn Fn(&T) + Send + Sync>;

/// What the host wants to be told, on the worker thread.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) on_alarm: Option<Hook<Alarm>>,
    pub(crate) on_dead_letter: Option<Hook<DeadLetter>>,
    pub(crate) on_health: Option<Hook<Health>>,
    pub(crate) dead_letter_file: Option<DeadLetterFile>,
}

impl Hooks {
    /// Tells that everything is held back.
    pub(crate) fn alarm(&self, alarm: impl FnOnce() -> Alarm, ledger: &Ledger) {
        call(self.on_alarm.as_ref(), alarm, ledger);
    }

    /// Tells that streaming goes otherwise than before.
    pub(crate) fn health(&self, health: impl FnOnce() -> Health, ledger: &Ledger) {
        call(self.on_health.as_ref(), health, ledger);
    }

    /// Tells that an event was refused for good.
    pub(crate) fn dead_letter(&self, dead_letter: &DeadLetter, ledger: &Ledger) {
        if let Some(file) = &self.dead_letter_file {
            file.put(dead_letter, ledger);
        }
        call(self.on_dead_letter.as_ref(), || dead_letter.clone(), ledger);
    }

    /// Waits until all that was told is on disk, but no longer than so long.
    pub(crate) fn finish(&self, patience: Duration) {
        if let Some(file) = &self.dead_letter_file {
            file.finish(patience);
        }
    }
}

/// A panic of the host's code must not stop delivery.
fn call<T>(hook: Option<&Hook<T>>, value: impl FnOnce() -> T, ledger: &Ledger) {
    if let Some(hook) = hook {
        let value = value();
        if catch_unwind(AssertUnwindSafe(|| hook(&value))).is_err() {
            ledger.panics.add_one();
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_alarm", &self.on_alarm.is_some())
            .field("on_dead_letter", &self.on_dead_letter.is_some())
            .field("on_health", &self.on_health.is_some())
            .field("dead_letter_file", &self.dead_letter_file.is_some())
            .finish()
    }
}
