//! Where the threads around the queue meet. The models in `loom/` build the queue's files on primitives of their own.

pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(crate) use tokio::sync::Notify;
