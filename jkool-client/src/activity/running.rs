//! An activity that goes on.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::thread;

use jkool_model::{Entity, Snapshot, TrackingId, TypedValue};

use super::builder::ActivityBuilder;
use super::core::Core;
use crate::SendError;
use crate::error_chain::write_error_chain;

/// An activity that goes on, until it is [ended](Self::end) or dropped; see
/// [`Client::activity`](crate::Client::activity).
///
/// It may be shared by threads and tasks. What is sent through it carries its tracking id as parent, and its
/// correlators; it lists what was accepted. If it is dropped by a panic, it ends as `EXCEPTION`.
#[must_use = "the activity ends as soon as it is dropped; bind it to a name such as `_order`"]
pub struct RunningActivity {
    core: Arc<Core>,
    has_ended: bool,
    /// A panic that was there before is none of its own.
    was_panicking: bool,
}

impl RunningActivity {
    pub(super) fn new(core: Arc<Core>) -> Self {
        RunningActivity {
            core,
            has_ended: false,
            was_panicking: thread::panicking(),
        }
    }

    /// Its identity, which what belongs to it carries as `parent-id`.
    #[must_use]
    pub fn tracking_id(&self) -> &TrackingId {
        &self.core.id
    }

    /// Sends an event, or another entity, that belongs to this activity. A parent or correlators of its own are left
    /// as they are. Log entries are sent as they are: they belong to nothing.
    ///
    /// # Errors
    ///
    /// As [`Client::send`](crate::Client::send).
    pub fn send(&self, entity: impl Into<Entity>) -> Result<(), SendError> {
        self.core.send(entity.into())
    }

    /// Begins to describe an activity inside this one. It should end first: what ends later is not listed here, though
    /// it still names its parent.
    pub fn activity(&self, name: impl Into<Cow<'static, str>>) -> ActivityBuilder {
        ActivityBuilder::new(
            self.core.client.clone(),
            self.core.origin.clone(),
            name.into(),
            Some(Arc::clone(&self.core)),
        )
    }

    /// Adds a property; its data type follows the value's Rust type.
    pub fn property(&self, name: impl Into<Cow<'static, str>>, value: impl Into<TypedValue>) {
        let (name, value) = (name.into(), value.into());
        self.core.change(|activity| activity.property(name, value));
    }

    /// Adds a snapshot, which is sent as part of the activity. To send one at once, use [`send`](Self::send).
    pub fn snapshot(&self, snapshot: Snapshot) {
        self.core.change(|activity| activity.snapshot(snapshot));
    }

    /// Marks the activity as failed: it will end as `EXCEPTION` with this error and its causes. Only the first failure
    /// is told.
    pub fn fail(&self, error: &dyn Error) {
        let mut text = String::new();
        // What an error of the host could not write is left out.
        let _ = write_error_chain(&mut text, error);
        self.core.fail(text);
    }

    /// Ends and sends the activity. Dropping it does the same, without telling whether it was accepted.
    ///
    /// # Errors
    ///
    /// As [`Client::send`](crate::Client::send).
    pub fn end(mut self) -> Result<(), SendError> {
        self.has_ended = true;
        self.core.end()
    }
}

impl Drop for RunningActivity {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if thread::panicking() && !self.was_panicking {
            self.core.fail("panicked".to_owned());
        }
        // Nobody can take it back; that it was not accepted is counted.
        let _ = self.core.end();
    }
}

impl fmt::Debug for RunningActivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningActivity")
            .field("tracking_id", &self.core.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn may_be_shared_by_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<RunningActivity>();
        crosses::<ActivityBuilder>();
    }
}
