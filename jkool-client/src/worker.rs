//! The one thread that delivers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Runtime};

use crate::delivery::{Delivery, MAX_PANICS};
use crate::silence::silence_this_thread;

/// Starts the worker: a named thread with a runtime of its own, so that a client needs none and disturbs none.
///
/// The thread is never joined: whoever closes the client waits for its answer, within a time limit.
pub(crate) fn start(delivery: Delivery) -> io::Result<()> {
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
            delivery.claim_thread();
            if let Some(runtime) = take(&seat) {
                work(&runtime, delivery);
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

fn work(runtime: &Runtime, mut delivery: Delivery) {
    // What a transport leaves behind is dropped where it has lived.
    let _entered = runtime.enter();
    // The delivery itself gives up after MAX_PANICS; twice as many mean that it cannot even do that.
    for _ in 0..=2 * MAX_PANICS {
        match catch_unwind(AssertUnwindSafe(|| runtime.block_on(delivery.run()))) {
            Ok(()) => return drop(delivery),
            Err(_) => delivery.restart(),
        }
    }
    // Another panic could only come from the drop of a transport, and then nothing is left to be done.
    let _ = catch_unwind(AssertUnwindSafe(|| delivery.abandon()));
}

fn take(seat: &Mutex<Option<Runtime>>) -> Option<Runtime> {
    seat.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jkool_transport::testing::{Scripted, Step};
    use jkool_transport::{ErrorKind, Outcome};

    use super::*;
    use crate::delivery::tests::rig::{Rig, error};
    use crate::{DropReason, Fate, Health};

    /// A worker whose delivery panics the first so many times that it needs a random number.
    fn start_panicking(times: usize) -> (Rig, Scripted) {
        let busy = Step::Settle(Outcome::NotSent(error(ErrorKind::Busy)));
        let scripted = Scripted::new(vec![busy; times]);
        let mut calls = 0;
        let rng = Box::new(move || {
            calls += 1;
            assert!(calls > times, "a bug in the delivery");
            0.0
        });
        let (rig, delivery) = Rig::build(scripted.clone(), |settings| settings.in_flight = 1, rng);
        start(delivery).unwrap();
        (rig, scripted)
    }

    #[tokio::test]
    async fn a_panic_of_the_delivery_is_contained_and_loses_nothing() {
        let (rig, scripted) = start_panicking(5);
        rig.push_all(["1", "2", "3"]);
        rig.flush().await;
        assert_eq!(scripted.taken().len(), 3);
        assert_eq!((rig.ledger.panics.get(), rig.ledger.delivered.get()), (5, 3));
        rig.assert_balanced();
        assert_eq!(rig.close(Duration::from_secs(5)).await, 0);
    }

    #[tokio::test]
    async fn too_many_panics_of_the_delivery_disable_it() {
        let (rig, _scripted) = start_panicking(6);
        let receipt = rig.push_tracked("1");
        match receipt.await {
            Fate::Dropped(dropped) => assert_eq!(dropped.reason(), DropReason::Disabled),
            other => panic!("{other:?}"),
        }
        rig.flush().await;
        assert!(matches!(rig.ledger.health(), Health::Disabled));
        assert_eq!(rig.close(Duration::from_secs(5)).await, 1);
        rig.assert_balanced();
    }
}
