//! The one thread that delivers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Runtime};

use crate::delivery::{Delivery, MAX_PANICS, Mailbox};
use crate::health::Health;
use crate::ledger::Ledger;
use crate::queue::{Gate, Queue};
use crate::silence::silence_this_thread;

/// What must be told when the worker cannot go on.
#[derive(Clone, Debug)]
pub(crate) struct Relations {
    pub(crate) queue: Arc<Queue>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) ledger: Arc<Ledger>,
}

/// Starts the worker: a named thread with a runtime of its own, so that a client needs none and disturbs none.
///
/// The thread is never joined: whoever closes the client waits for its answer, within a time limit.
pub(crate) fn start(delivery: Delivery, relations: Relations) -> io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_name("jkool-blocking")
        .on_thread_start(silence_this_thread)
        .build()?;
    // A runtime must not be dropped inside another one, as would happen if no thread could be had.
    let runtime = Arc::new(Mutex::new(Some(runtime)));
    let seat = Arc::clone(&runtime);
    let spawned = std::thread::Builder::new()
        .name("jkool-worker".to_owned())
        .spawn(move || {
            silence_this_thread();
            relations.ledger.claim_worker_thread();
            if let Some(runtime) = take(&seat) {
                work(&runtime, delivery, &relations);
                // Does not wait for a blocking call that hangs, such as a look-up of a host name.
                runtime.shutdown_background();
            }
        });
    match spawned {
        Ok(_) => Ok(()),
        Err(error) => {
            if let Some(runtime) = take(&runtime) {
                runtime.shutdown_background();
            }
            Err(error)
        }
    }
}

fn work(runtime: &Runtime, mut delivery: Delivery, relations: &Relations) {
    // The delivery itself gives up after MAX_PANICS; twice as many mean that it cannot even do that.
    for _ in 0..=2 * MAX_PANICS {
        match catch_unwind(AssertUnwindSafe(|| runtime.block_on(delivery.run()))) {
            Ok(()) => return,
            Err(_) => delivery.restart(),
        }
    }
    relations.queue.shut(Gate::Disabled);
    relations.ledger.set_health(Health::Disabled);
    // Whatever it still holds counts as dropped.
    let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(async { drop(delivery) })));
    relations
        .mailbox
        .end(relations.ledger.dropped(crate::DropReason::Disabled).get());
}

fn take(seat: &Mutex<Option<Runtime>>) -> Option<Runtime> {
    seat.lock().unwrap_or_else(PoisonError::into_inner).take()
}
