//! Whatever works for the client is marked as such.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{
    Client, Connect, Endpoint, Event, Refusal, RefusalKind, Transport, TransportError, is_silenced,
};

use crate::PATIENCE;

/// Notes where it is called, and whether the thread there is marked.
#[derive(Clone)]
struct Witness {
    endpoint: Endpoint,
    seen: Arc<Mutex<Vec<(&'static str, bool)>>>,
}

impl Witness {
    fn note(&self, place: &'static str) {
        self.seen.lock().unwrap().push((place, is_silenced()));
    }
}

#[async_trait]
impl Connect for Witness {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        self.note("connect");
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Witness {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        self.note("send");
        let witness = self.clone();
        tokio::task::spawn_blocking(move || witness.note("blocking"))
            .await
            .unwrap();
        let witness = self.clone();
        tokio::spawn(async move { witness.note("task") }).await.unwrap();
        let refusal = Refusal::new(RefusalKind::Invalid, "no");
        (0..batch.len()).for_each(|index| report.settle(index, Outcome::Refused(refusal.clone())));
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        self.note("check");
        Ok(())
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        self.note("close");
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits::default()
    }
}

#[test]
fn the_worker_its_tasks_its_threads_and_callbacks_are_marked_and_nobody_else() {
    let witness = Witness {
        endpoint: Endpoint::named("witness"),
        seen: Arc::default(),
    };
    let dead_letters = Arc::new(AtomicUsize::new(0));
    let (in_callback, counted) = (witness.clone(), Arc::clone(&dead_letters));
    let client = Client::builder()
        .transport(witness.clone())
        .on_dead_letter(move |_| {
            in_callback.note("callback");
            counted.fetch_add(1, Ordering::Relaxed);
        })
        .build()
        .unwrap();
    client.send(Event::new("1")).unwrap();
    client.flush(PATIENCE).unwrap();
    client.check(PATIENCE).unwrap();
    client.close(PATIENCE).unwrap();
    assert_eq!(dead_letters.load(Ordering::Relaxed), 1);
    let seen = witness.seen.lock().unwrap();
    for place in [
        "connect", "send", "blocking", "task", "callback", "check", "close",
    ] {
        assert!(seen.contains(&(place, true)), "{place}: {seen:?}");
    }
    assert!(seen.iter().all(|(_, is_marked)| *is_marked), "{seen:?}");
    assert!(!is_silenced());
}
