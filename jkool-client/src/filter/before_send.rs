//! The hook that sees everything before it leaves.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jkool_model::Entity;

type Hook = dyn Fn(Entity) -> Option<Entity> + Send + Sync;

thread_local! {
    /// Whether a hook is at work on this thread. Without a destructor, so that it can be read while a thread ends.
    static IS_AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// The hook that sees everything before it leaves.
pub(crate) struct BeforeSend(Box<Hook>);

/// The hook panicked, so that nothing is to be sent.
pub(crate) struct Panicked;

impl BeforeSend {
    pub(crate) fn new(hook: impl Fn(Entity) -> Option<Entity> + Send + Sync + 'static) -> Self {
        BeforeSend(Box::new(hook))
    }

    /// Whether the calling thread is in a hook now.
    pub(crate) fn is_at_work() -> bool {
        IS_AT_WORK.get()
    }

    /// What is to be sent instead of this, if anything is. What a hook itself sends is refused, or it would be asked
    /// without end.
    pub(crate) fn ask(&self, entity: Entity) -> Result<Option<Entity>, Panicked> {
        if IS_AT_WORK.replace(true) {
            return Ok(None);
        }
        let answer = catch_unwind(AssertUnwindSafe(|| self.0(entity)));
        IS_AT_WORK.set(false);
        answer.map_err(|_| Panicked)
    }
}

impl fmt::Debug for BeforeSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BeforeSend").finish_non_exhaustive()
    }
}
