//! Waiting for what comes next: news of a task, a ring of the queue, or a time that is due.

use std::sync::Arc;

use tokio::time::Instant;

use super::Delivery;
use super::closing::Closing;
use super::flight::Flight;

impl Delivery {
    /// Sleeps until something happens or is due.
    pub(super) async fn sleep(&mut self) {
        let due = self.next_due();
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        let queue = Arc::clone(self.reader.queue());
        let first = tokio::select! {
            biased;
            news = self.inbox.recv() => news,
            () = queue.rung() => {
                self.is_rung = true;
                None
            }
            () = timer => None,
        };
        if let Some(first) = first {
            let now = Instant::now();
            self.hear(first, now);
            while let Ok(more) = self.inbox.try_recv() {
                self.hear(more, now);
            }
        }
    }

    /// When the loop must turn even if nothing happens.
    fn next_due(&self) -> Option<Instant> {
        let timeout = self.settings.delivery_timeout;
        let tick = self.next_tick.filter(|_| !self.is_parked);
        let waiting = self.backlog.lock().oldest().and_then(|oldest| {
            let next_try = match &self.hold {
                Some(hold) => Some(hold.next_probe),
                None => self.pause,
            };
            // A try that is due already waits for a link or for a flight, whose news will wake us.
            let next_try = next_try.filter(|at| *at > Instant::now());
            [next_try, oldest.expires(timeout)].into_iter().flatten().min()
        });
        let flying = self.flights.iter().filter_map(Flight::next_due).min();
        let closing = self.closing.as_ref().and_then(Closing::next_due);
        [tick, waiting, flying, closing].into_iter().flatten().min()
    }
}
