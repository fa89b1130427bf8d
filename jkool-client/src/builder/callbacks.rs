//! What the host wants to be told.

use crate::{Alarm, ClientBuilder, DeadLetter};

impl ClientBuilder {
    /// Called once when the client begins to [hold](crate::Health::Holding) everything back: the token is refused, the
    /// address is wrong. It runs on the worker thread, which delivers nothing meanwhile. Default: nobody is told.
    pub fn on_alarm(mut self, hook: impl Fn(&Alarm) + Send + Sync + 'static) -> Self {
        self.hooks.on_alarm = Some(Box::new(hook));
        self
    }

    /// Called for each event that is refused for good. It runs on the worker thread, which delivers nothing meanwhile.
    /// Default: such events are counted only.
    pub fn on_dead_letter(mut self, hook: impl Fn(&DeadLetter) + Send + Sync + 'static) -> Self {
        self.hooks.on_dead_letter = Some(Box::new(hook));
        self
    }
}
