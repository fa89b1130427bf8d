//! What the host wants to be told.

use std::path::PathBuf;

use crate::{Alarm, ClientBuilder, DeadLetter, Health};

impl ClientBuilder {
    /// Called once when the client begins to [hold](crate::Health::Holding) everything back: the token is refused, the
    /// address is wrong. It runs on the worker thread, which delivers nothing meanwhile. Default: nobody is told.
    pub fn on_alarm(mut self, hook: impl Fn(&Alarm) + Send + Sync + 'static) -> Self {
        self.hooks.on_alarm = Some(Box::new(hook));
        self
    }

    /// Called when streaming begins to go otherwise than before: from one variant of [`Health`] to another, not for
    /// each failure in a row. It runs on the worker thread, which delivers nothing meanwhile. Default: nobody is told.
    pub fn on_health(mut self, hook: impl Fn(&Health) + Send + Sync + 'static) -> Self {
        self.hooks.on_health = Some(Box::new(hook));
        self
    }

    /// Keeps the events that are refused for good in this file, one JSON object per line: `time-usec`, `kind`, `channel`,
    /// `reason`, and the event itself as `body`. Default: no file.
    ///
    /// The file is made if it is missing, readable by its owner alone, and appended to if it is there. It never grows
    /// beyond `max_bytes`: then nothing is written until it is moved away, which can be done at any time, and what is
    /// missing is counted in [`Stats::dead_letters_unwritten`](crate::Stats::dead_letters_unwritten). A thread of its
    /// own writes it, within moments, and the rest when the client is closed.
    pub fn dead_letter_file(mut self, path: impl Into<PathBuf>, max_bytes: u64) -> Self {
        self.dead_letter_file = Some((path.into(), max_bytes));
        self
    }

    /// Called for each event that is refused for good. It runs on the worker thread, which delivers nothing meanwhile.
    /// Default: such events are counted only.
    pub fn on_dead_letter(mut self, hook: impl Fn(&DeadLetter) + Send + Sync + 'static) -> Self {
        self.hooks.on_dead_letter = Some(Box::new(hook));
        self
    }
}
