//! Marks the threads of this crate, so that what they log never comes back as events.

use std::cell::Cell;

thread_local! {
    /// Without a destructor, so that it can be read while a thread ends.
    static IS_SILENCED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread works for a client: its worker, or a thread that the worker's runtime started.
///
/// HTTP, TLS and MQTT libraries log while they send. Whatever turns log records into events must look here first and
/// return at once, or each event sent makes more of them.
///
/// ```
/// assert!(!jkool_client::is_silenced());
/// ```
#[inline]
#[must_use]
pub fn is_silenced() -> bool {
    IS_SILENCED.with(Cell::get)
}

/// Marks the calling thread for the rest of its life.
pub(crate) fn silence_this_thread() {
    IS_SILENCED.with(|is_silenced| is_silenced.set(true));
}
