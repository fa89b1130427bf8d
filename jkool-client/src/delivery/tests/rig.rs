//! A delivery on tokio's paused clock, with everything around it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_model::EntityKind;
use jkool_transport::{Connect, ErrorKind, Record, TransportError};
#[cfg(feature = "spool")]
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::channel::{ChannelNames, Channels};
use crate::completion::Completion;
use crate::delivery::{Command, Delivery, Left, Mailbox, Rng, Settings, SpoolLane, Wiring};
use crate::hooks::Hooks;
use crate::ledger::Ledger;
use crate::queue::{Entry, Gate, Queue, QueueReader};
use crate::receipt_cell::ReceiptCell;
use crate::{Alarm, DeadLetter, DropReason, Health, Receipt, RetryPolicy};

/// What the host is told.
type Told = (
    Arc<Mutex<Vec<Alarm>>>,
    Arc<Mutex<Vec<DeadLetter>>>,
    Arc<Mutex<Vec<Health>>>,
);

/// A delivery under way. Its random numbers are all 1, so that each wait is as long as its bound.
pub(crate) struct Rig {
    pub(crate) queue: Arc<Queue>,
    pub(crate) ledger: Arc<Ledger>,
    mailbox: Arc<Mailbox>,
    pub(super) alarms: Arc<Mutex<Vec<Alarm>>>,
    pub(super) dead_letters: Arc<Mutex<Vec<DeadLetter>>>,
    healths: Arc<Mutex<Vec<Health>>>,
    start: Instant,
    channels: Arc<Channels>,
}

impl Rig {
    pub(super) fn start(connect: impl Connect, change: impl FnOnce(&mut Settings)) -> Self {
        let (rig, mut delivery) = Self::build(connect, change, Box::new(|| 1.0));
        tokio::spawn(async move { delivery.run().await });
        rig
    }

    /// The delivery, for somebody else to run, and what is around it.
    pub(crate) fn build(
        connect: impl Connect,
        change: impl FnOnce(&mut Settings),
        rng: Rng,
    ) -> (Self, Delivery) {
        let (mut settings, told) = Self::settings();
        change(&mut settings);
        Self::assemble(connect, settings, rng, None, 100_000, told)
    }

    fn assemble(
        connect: impl Connect,
        settings: Settings,
        rng: Rng,
        spool: Option<SpoolLane>,
        max_events: usize,
        (alarms, dead_letters, healths): Told,
    ) -> (Self, Delivery) {
        let queue = Queue::new(max_events, 64 << 20, settings.is_ordered);
        let (mailbox, ledger, channels) = (
            Arc::new(Mailbox::new()),
            Arc::new(Ledger::default()),
            Arc::new(Channels::default()),
        );
        let wiring = Wiring {
            reader: QueueReader::new(Arc::clone(&queue)),
            backlog: Arc::default(),
            mailbox: Arc::clone(&mailbox),
            ledger: Arc::clone(&ledger),
            channels: ChannelNames::new(Arc::clone(&channels)),
            spool,
        };
        let delivery = Delivery::new(wiring, Arc::new(connect), settings, rng);
        let rig = Self {
            queue,
            ledger,
            alarms,
            dead_letters,
            healths,
            start: Instant::now(),
            mailbox,
            channels,
        };
        (rig, delivery)
    }

    /// A delivery under way with a spool, and a queue for so many records.
    #[cfg(feature = "spool")]
    pub(super) fn start_with_spool(
        connect: impl Connect,
        spool: SpoolLane,
        max_events: usize,
        change: impl FnOnce(&mut Settings),
    ) -> (Self, AbortHandle) {
        let (mut settings, told) = Self::settings();
        change(&mut settings);
        let (rig, mut delivery) =
            Self::assemble(connect, settings, Box::new(|| 1.0), Some(spool), max_events, told);
        let task = tokio::spawn(async move { delivery.run().await });
        (rig, task.abort_handle())
    }

    fn settings() -> (Settings, Told) {
        let (alarms, dead_letters, healths) = Told::default();
        let settings = Settings {
            in_flight: 8,
            is_ordered: false,
            delivery_timeout: None,
            retry: RetryPolicy::default(),
            hooks: Hooks {
                on_alarm: Some(Box::new(keep(&alarms))),
                on_dead_letter: Some(Box::new(keep(&dead_letters))),
                on_health: Some(Box::new(keep(&healths))),
                dead_letter_file: None,
            },
        };
        (settings, (alarms, dead_letters, healths))
    }

    pub(crate) fn push(&self, body: &str) {
        self.push_with(body, None);
    }

    pub(crate) fn push_all<'a>(&self, bodies: impl IntoIterator<Item = &'a str>) {
        bodies.into_iter().for_each(|body| self.push(body));
    }

    pub(crate) fn push_tracked(&self, body: &str) -> Receipt {
        let cell = Arc::new(ReceiptCell::new());
        self.push_with(body, Some(&cell));
        Receipt::new(cell, Arc::clone(&self.ledger))
    }

    fn push_with(&self, body: &str, receipt: Option<&Arc<ReceiptCell>>) {
        let entry = Entry {
            kind: EntityKind::Event,
            channel: self.channels.intern("test").0,
        };
        self.queue.push(body.as_bytes(), entry, receipt).unwrap();
    }

    /// Pushes a record, if there is room.
    #[cfg(feature = "spool")]
    pub(super) fn try_push_tracked(&self, body: &str) -> Option<Receipt> {
        let cell = Arc::new(ReceiptCell::new());
        let entry = Entry {
            kind: EntityKind::Event,
            channel: self.channels.intern("test").0,
        };
        let pushed = self.queue.push(body.as_bytes(), entry, Some(&cell));
        pushed.ok().map(|()| Receipt::new(cell, Arc::clone(&self.ledger)))
    }

    /// Waits until all that was pushed is settled.
    pub(crate) async fn flush(&self) {
        let done = Arc::new(Completion::new());
        self.post(Command::Flush(Arc::clone(&done)));
        tokio::time::timeout(Duration::from_secs(86_400), poll_fn(|context| done.poll(context)))
            .await
            .expect("the flush hangs");
    }

    /// Closes, and tells how many records were lost.
    pub(crate) async fn close(&self, within: Duration) -> u64 {
        self.close_with_spool(within).await.lost
    }

    /// Closes, and tells what is left.
    pub(super) async fn close_with_spool(&self, within: Duration) -> Left {
        let done = Arc::new(Completion::new());
        self.queue.shut(Gate::Closed);
        self.post(Command::Close {
            within,
            done: Arc::clone(&done),
        });
        poll_fn(|context| done.poll(context)).await
    }

    /// Says that there is a new token.
    pub(super) fn renew(&self) {
        self.post(Command::Renew);
    }

    /// What the host was told of how streaming goes.
    pub(super) fn healths(&self) -> Vec<String> {
        let healths = self.healths.lock().unwrap();
        healths
            .iter()
            .map(|health| format!("{health:?}").split([' ', '{']).next().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn check(&self) -> Result<(), TransportError> {
        let done = Arc::new(Completion::new());
        self.post(Command::Check(Arc::clone(&done)));
        poll_fn(|context| done.poll(context)).await
    }

    fn post(&self, command: Command) {
        self.mailbox.post(command);
        self.queue.ring();
    }

    /// Virtual seconds since the start, to the tenth.
    pub(crate) fn seconds(&self) -> f64 {
        (self.start.elapsed().as_secs_f64() * 10.0).round() / 10.0
    }

    pub(crate) fn dropped(&self, reason: DropReason) -> u64 {
        self.ledger.dropped(reason).get()
    }

    pub(crate) fn assert_balanced(&self) {
        let dropped: u64 = DropReason::ALL
            .into_iter()
            .map(|reason| self.dropped(reason))
            .sum();
        let settled = self.ledger.delivered.get() + self.ledger.handed.get() + dropped;
        let pending = self.queue.pending() as u64 + self.ledger.in_spool();
        assert_eq!(
            self.queue.accepted() + self.ledger.adopted.get(),
            settled + pending,
            "{:?}",
            self.ledger
        );
    }
}

pub(crate) fn error(kind: ErrorKind) -> TransportError {
    TransportError::new(kind, format!("{kind:?} in a test"))
}

pub(crate) fn bodies(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| String::from_utf8_lossy(&record.body).into_owned())
        .collect()
}

fn keep<T: Clone + Send>(list: &Arc<Mutex<Vec<T>>>) -> impl Fn(&T) + Send + Sync + use<T> {
    let list = Arc::clone(list);
    move |value| list.lock().unwrap().push(value.clone())
}
