//! Tests that change what a process has only one of: its subscriber, its logger, its panic hook.

use crate::promises::own_process::{applaud, is_on_stage, stage};

/// Runs `work` in a process of its own: the test of this name is started again, and there does the work.
pub(crate) fn in_child(test: &str, work: impl FnOnce()) {
    if is_on_stage(test) {
        work();
    } else {
        applaud(stage(test, &[]));
    }
}
