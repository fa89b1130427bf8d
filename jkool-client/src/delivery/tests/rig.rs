//! A delivery on tokio's paused clock, with everything around it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_model::EntityKind;
use jkool_transport::{Connect, ErrorKind, Record, TransportError};
use tokio::time::Instant;

use crate::channel::{ChannelNames, Channels};
use crate::completion::Completion;
use crate::delivery::{Command, Delivery, Mailbox, Rng, Settings, Wiring};
use crate::hooks::Hooks;
use crate::ledger::Ledger;
use crate::queue::{Entry, Gate, Queue, QueueReader};
use crate::receipt::ReceiptCell;
use crate::{Alarm, DeadLetter, DropReason, Health, Receipt, RetryPolicy};

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
        let (alarms, dead_letters, healths) = (Arc::default(), Arc::default(), Arc::default());
        let mut settings = Settings {
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
        change(&mut settings);
        let queue = Queue::new(100_000, 64 << 20, settings.is_ordered);
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

    pub(crate) fn push(&self, body: &str) {
        self.push_with(body, None);
    }

    pub(crate) fn push_all<'a>(&self, bodies: impl IntoIterator<Item = &'a str>) {
        bodies.into_iter().for_each(|body| self.push(body));
    }

    pub(crate) fn push_tracked(&self, body: &str) -> Receipt {
        let cell = Arc::new(Completion::new());
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

    /// Waits until all that was pushed is settled.
    pub(crate) async fn flush(&self) {
        let done = Arc::new(Completion::new());
        self.post(Command::Flush(Arc::clone(&done)));
        tokio::time::timeout(Duration::from_secs(86_400), poll_fn(|context| done.poll(context)))
            .await
            .expect("the flush hangs");
    }

    /// Closes, and tells how many records were left.
    pub(crate) async fn close(&self, within: Duration) -> u64 {
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
        assert_eq!(self.queue.accepted(), settled + self.queue.pending() as u64);
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
