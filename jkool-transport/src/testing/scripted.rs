//! A transport that fails as it is told.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use crate::{Batch, Connect, Endpoint, Limits, Outcome, Record, Report, Transport, TransportError};

/// What a [`Scripted`] transport does with one record. When the script is over, every record is delivered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Step {
    /// Settles the record with this outcome. `Delivered` and `Handed` also record it.
    Settle(Outcome),
    /// Delivers the record after this much time on tokio's clock, which may be paused.
    DeliverAfter(Duration),
    /// Records it, but fails the link with this error before the record is settled, as when an answer gets lost.
    TakeThenFail(TransportError),
    /// Fails the link with this error; the record is not taken.
    Fail(TransportError),
    /// Never settles the record and never returns.
    Stall,
    /// Panics, as a bug would.
    Panic,
}

/// Follows a script, one [`Step`] for each record in the order of arrival. Clones share script and recording.
#[derive(Clone)]
pub struct Scripted {
    endpoint: Endpoint,
    limits: Limits,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    steps: VecDeque<Step>,
    connects: VecDeque<Result<(), TransportError>>,
    connected: usize,
    attempts: Vec<Record>,
    taken: Vec<Record>,
}

impl Scripted {
    /// A transport that follows these steps: batches of one record, 8 overlapping sends.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let shared = Shared {
            steps: steps.into_iter().collect(),
            ..Shared::default()
        };
        Self {
            endpoint: Endpoint::named("scripted"),
            limits: Limits::default().sends(8, 1),
            shared: Arc::new(Mutex::new(shared)),
        }
    }

    /// Sets the limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Scripts the next calls of `connect`; once over, they succeed.
    #[must_use]
    pub fn connecting(self, results: impl IntoIterator<Item = Result<(), TransportError>>) -> Self {
        self.lock().connects.extend(results);
        self
    }

    /// Adds steps to the script while it runs.
    pub fn extend(&self, steps: impl IntoIterator<Item = Step>) {
        self.lock().steps.extend(steps);
    }

    /// Drops the steps that are still to come: all that follows is delivered.
    pub fn heal(&self) {
        let mut shared = self.lock();
        shared.steps.clear();
        shared.connects.clear();
    }

    /// How often `connect` was called.
    pub fn connected(&self) -> usize {
        self.lock().connected
    }

    /// Every record that was tried, in the order of the tries, whatever became of it.
    pub fn attempts(&self) -> Vec<Record> {
        self.lock().attempts.clone()
    }

    /// The records that took effect, in order; one that was taken twice stands here twice.
    pub fn taken(&self) -> Vec<Record> {
        self.lock().taken.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_step(&self, record: &Record) -> Step {
        let mut shared = self.lock();
        shared.attempts.push(record.clone());
        shared
            .steps
            .pop_front()
            .unwrap_or(Step::Settle(Outcome::Delivered))
    }

    fn take(&self, record: &Record) {
        self.lock().taken.push(record.clone());
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.lock();
        f.debug_struct("Scripted")
            .field("steps", &shared.steps.len())
            .field("taken", &shared.taken.len())
            .finish()
    }
}

#[async_trait]
impl Connect for Scripted {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let result = {
            let mut shared = self.lock();
            shared.connected += 1;
            shared.connects.pop_front().unwrap_or(Ok(()))
        };
        result.map(|()| Box::new(self.clone()) as Box<dyn Transport>)
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        for (index, record) in batch.iter().enumerate() {
            match self.next_step(record) {
                Step::Settle(outcome) => {
                    if matches!(outcome, Outcome::Delivered | Outcome::Handed) {
                        self.take(record);
                    }
                    report.settle(index, outcome);
                }
                Step::DeliverAfter(delay) => {
                    tokio::time::sleep(delay).await;
                    self.take(record);
                    report.settle(index, Outcome::Delivered);
                }
                Step::TakeThenFail(error) => {
                    self.take(record);
                    return Err(error);
                }
                Step::Fail(error) => return Err(error),
                Step::Stall => std::future::pending::<()>().await,
                #[expect(clippy::panic, reason = "the script asks for the panic of a bug")]
                Step::Panic => panic!("scripted panic"),
            }
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        Ok(())
    }

    fn limits(&self) -> Limits {
        self.limits
    }
}
