//! How a transport tells what became of each record.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::{Outcome, TransportError};

/// The transport's end: settles the records of one batch, each as soon as its fate is known.
///
/// The first outcome of a record wins. What is not settled when the report is dropped counts as
/// [`Outcome::Unknown`], so a cancelled send loses no outcome that was already known.
#[must_use = "records that are not settled count as unknown"]
pub struct Report {
    shared: Arc<Shared>,
}

/// The other end of a [`Report`], kept by whoever called `send`.
#[must_use = "the outcomes of the records arrive here"]
pub struct Settlements {
    shared: Arc<Shared>,
}

/// One settled record.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The place of the record in its batch.
    pub index: usize,
    /// What became of it.
    pub outcome: Outcome,
}

struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    is_settled: Box<[bool]>,
    open: usize,
    fresh: Vec<Settled>,
    is_dropped: bool,
}

impl Report {
    /// A report for a batch of so many records, and the end where the outcomes arrive.
    pub fn new(records: usize) -> (Self, Settlements) {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                is_settled: vec![false; records].into_boxed_slice(),
                open: records,
                fresh: Vec::new(),
                is_dropped: false,
            }),
            changed: Notify::new(),
        });
        (
            Self {
                shared: Arc::clone(&shared),
            },
            Settlements { shared },
        )
    }

    /// Settles the record at `index` of the batch. A second outcome, and an index beyond the batch, are ignored.
    pub fn settle(&self, index: usize, outcome: Outcome) {
        if self.shared.lock().settle(index, outcome) {
            self.shared.changed.notify_one();
        }
    }

    /// Settles every record that is still open with the same outcome.
    pub fn settle_rest(&self, outcome: &Outcome) {
        self.shared.lock().settle_rest(outcome);
        self.shared.changed.notify_one();
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.shared.lock().is_dropped = true;
        self.shared.changed.notify_one();
    }
}

impl Settlements {
    /// Takes what was settled since the last call.
    pub fn drain(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.shared.lock().fresh)
    }

    /// Waits until something is settled that was not drained yet, or the report is gone. Cancel-safe.
    pub async fn changed(&self) {
        loop {
            {
                let state = self.shared.lock();
                if state.is_dropped || !state.fresh.is_empty() {
                    return;
                }
            }
            self.shared.changed.notified().await;
        }
    }

    /// How many records are not settled yet.
    pub fn open(&self) -> usize {
        self.shared.lock().open
    }

    /// Ends the batch: gives all that was not drained, every open record settled by what `send` returned. `None`
    /// stands for a send that was cancelled.
    pub fn finish(self, result: Option<Result<(), TransportError>>) -> Vec<Settled> {
        let rest = match result {
            Some(Err(error)) => Outcome::of_failed_link(error),
            Some(Ok(())) => Outcome::Unknown(TransportError::new(
                crate::ErrorKind::Io,
                "the transport returned without telling what became of the record",
            )),
            None => Outcome::Unknown(TransportError::new(
                crate::ErrorKind::Timeout,
                "sending was given up before the far end answered",
            )),
        };
        let mut state = self.shared.lock();
        state.settle_rest(&rest);
        std::mem::take(&mut state.fresh)
    }
}

impl Shared {
    /// A panic elsewhere cannot leave the state half changed, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn settle(&mut self, index: usize, outcome: Outcome) -> bool {
        match self.is_settled.get_mut(index) {
            Some(is_settled) if !*is_settled => *is_settled = true,
            _ => return false,
        }
        self.open -= 1;
        self.fresh.push(Settled { index, outcome });
        true
    }

    fn settle_rest(&mut self, outcome: &Outcome) {
        if self.open > 0 {
            for index in 0..self.is_settled.len() {
                self.settle(index, outcome.clone());
            }
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("open", &self.shared.lock().open)
            .finish()
    }
}

impl fmt::Debug for Settlements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settlements").field("open", &self.open()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn names(settled: &[Settled]) -> Vec<(usize, String)> {
        let name = |outcome: &Outcome| match outcome {
            Outcome::Delivered => "delivered".to_owned(),
            Outcome::Handed => "handed".to_owned(),
            Outcome::NotSent(error) => format!("not sent: {error}"),
            Outcome::Unknown(error) => format!("unknown: {error}"),
            Outcome::Refused(refusal) => format!("refused: {refusal}"),
        };
        settled
            .iter()
            .map(|one| (one.index, name(&one.outcome)))
            .collect()
    }

    #[test]
    fn the_first_outcome_wins_and_strange_indexes_are_ignored() {
        let (report, mut settlements) = Report::new(2);
        report.settle(1, Outcome::Delivered);
        report.settle(1, Outcome::Handed);
        report.settle(7, Outcome::Delivered);
        assert_eq!(names(&settlements.drain()), [(1, "delivered".to_owned())]);
        assert_eq!(settlements.open(), 1);
    }

    #[test]
    fn a_failed_link_settles_only_the_rest() {
        let (report, settlements) = Report::new(3);
        report.settle(1, Outcome::Delivered);
        drop(report);
        let settled = settlements.finish(Some(Err(TransportError::new(ErrorKind::Io, "reset"))));
        assert_eq!(
            names(&settled),
            [
                (1, "delivered".to_owned()),
                (0, "unknown: reset".to_owned()),
                (2, "unknown: reset".to_owned())
            ]
        );
    }

    #[test]
    fn a_failure_before_sending_is_no_doubt() {
        let (_report, settlements) = Report::new(1);
        let settled = settlements.finish(Some(Err(TransportError::new(ErrorKind::Connect, "refused"))));
        assert_eq!(names(&settled), [(0, "not sent: refused".to_owned())]);
    }

    #[test]
    fn a_cancelled_send_keeps_what_was_known() {
        let (report, settlements) = Report::new(2);
        report.settle(0, Outcome::Handed);
        drop(report);
        let settled = names(&settlements.finish(None));
        assert_eq!(settled[0], (0, "handed".to_owned()));
        assert!(
            settled[1].1.starts_with("unknown: sending was given up"),
            "{settled:?}"
        );
    }

    #[tokio::test]
    async fn waits_for_an_outcome_or_the_end() {
        let (report, mut settlements) = Report::new(1);
        let waiter = tokio::spawn(async move {
            settlements.changed().await;
            let first = settlements.drain().len();
            settlements.changed().await;
            (first, settlements.drain().len())
        });
        tokio::task::yield_now().await;
        report.settle(0, Outcome::Delivered);
        tokio::task::yield_now().await;
        drop(report);
        assert_eq!(waiter.await.unwrap(), (1, 0));
    }
}
