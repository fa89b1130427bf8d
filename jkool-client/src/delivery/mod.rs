//! From the queue to the far end: sends, settles, retries, holds, and keeps the books.
//!
//! This is one loop on one thread, free of threads and real clocks: tests run it in paused time. Each turn takes new
//! records out of the queue, obeys commands, and starts what may be started; then it sleeps until something happens.
//! Sends, connects and checks run in tasks of their own and report [`News`]; a panic of a transport ends its task only.
//!
//! Tries are counted in rounds. A failure ends the round and begins a wait; failures and successes of flights from an
//! earlier round say nothing about the present, so eight flights that fail together count as one failure.

mod backlog;
mod backoff;
mod closing;
mod command;
mod flight;
mod link;
mod outcome;
mod sleep;
mod trouble;
mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jkool_transport::{Connect, Record, Refusal, RefusalKind};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use crate::channel::ChannelNames;
use crate::completion::Completion;
use crate::hooks::Hooks;
use crate::ledger::Ledger;
use crate::queue::{LINGER, QueueReader, TICK};
use crate::{DropReason, RetryPolicy};
pub(crate) use backlog::Backlog;
use backlog::Pending;
use backoff::Backoff;
pub(crate) use backoff::Rng;
use closing::Closing;
pub(crate) use command::{Command, Mailbox};
use flight::{Flight, News};
use link::Link;
use trouble::Hold;

/// Panics in a row, without a success between, that are borne: one more, and the worker gives up.
pub(crate) const MAX_PANICS: u32 = 5;

/// How records are delivered.
#[derive(Debug)]
pub(crate) struct Settings {
    /// How many sends may overlap, if the transport allows as many.
    pub(crate) in_flight: usize,
    /// Whether first copies arrive in the order of acceptance.
    pub(crate) is_ordered: bool,
    /// When a record is given up; `None` is never.
    pub(crate) delivery_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    pub(crate) hooks: Hooks,
}

/// What a delivery is connected to.
#[derive(Debug)]
pub(crate) struct Wiring {
    pub(crate) reader: QueueReader,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) channels: ChannelNames,
}

/// The delivery of one client. Its state outlives a panic of [`run`](Self::run), which can be called again.
pub(crate) struct Delivery {
    reader: QueueReader,
    mailbox: Arc<Mailbox>,
    connect: Arc<dyn Connect>,
    ledger: Arc<Ledger>,
    channels: ChannelNames,
    settings: Settings,
    rng: Rng,

    backlog: Arc<Backlog>,
    flights: Vec<Flight>,
    next_flight: u64,
    link: Link,
    round: u64,
    backoff: Backoff,
    /// No try before this time.
    pause: Option<Instant>,
    hold: Option<Hold>,
    refusals_in_row: u32,
    panics_in_row: u32,
    is_healthy: bool,
    troubled_since: Option<Instant>,

    flushes: Vec<Flush>,
    closing: Option<Closing>,
    news: UnboundedSender<News>,
    inbox: UnboundedReceiver<News>,
    is_rung: bool,
    is_parked: bool,
    next_tick: Option<Instant>,
    last_record: Option<Instant>,
}

/// Somebody waits until every record below this rank is settled.
#[derive(Debug)]
struct Flush {
    below: u64,
    done: Arc<Completion<()>>,
}

impl Delivery {
    /// The delivery of what comes through the queue to where `connect` leads. Nothing happens until it runs.
    pub(crate) fn new(wiring: Wiring, connect: Arc<dyn Connect>, mut settings: Settings, rng: Rng) -> Self {
        let Wiring {
            reader,
            backlog,
            mailbox,
            ledger,
            channels,
        } = wiring;
        settings.retry = settings.retry.clamped();
        let (news, inbox) = mpsc::unbounded_channel();
        Self {
            reader,
            mailbox,
            connect,
            ledger,
            channels,
            rng,
            backlog,
            flights: Vec::new(),
            next_flight: 0,
            link: Link::default(),
            round: 0,
            backoff: Backoff::new(settings.retry),
            settings,
            pause: None,
            hold: None,
            refusals_in_row: 0,
            panics_in_row: 0,
            is_healthy: false,
            troubled_since: None,
            flushes: Vec::new(),
            closing: None,
            news,
            inbox,
            is_rung: true,
            is_parked: false,
            next_tick: None,
            last_record: None,
        }
    }

    /// The calling thread is the one that will run it.
    pub(crate) fn claim_thread(&self) {
        self.ledger.claim_worker_thread();
    }

    /// Delivers until the client is closed, or too many panics happened.
    pub(crate) async fn run(&mut self) {
        loop {
            let now = Instant::now();
            self.collect(now);
            self.obey(now);
            self.expire(now);
            self.advance_link(now);
            self.dispatch(now);
            self.answer_flushes();
            if self.has_closed(now).await {
                return;
            }
            self.sleep().await;
        }
    }

    /// Gets ready to run again after a panic of [`run`](Self::run). What was under way is tried again.
    pub(crate) fn restart(&mut self) {
        self.count_panic();
        self.link.drop();
        for pending in std::mem::take(&mut self.flights)
            .into_iter()
            .flat_map(|flight| flight.records)
            .flatten()
        {
            self.ledger.retries.add_one();
            self.ledger.retries_in_doubt.add_one();
            self.backlog.lock().put_back(pending);
        }
        self.is_rung = true;
    }

    /// Takes new records out of the queue, if it is time to look.
    fn collect(&mut self, now: Instant) {
        let is_due = !self.is_parked && self.next_tick.is_none_or(|tick| tick <= now);
        if !self.is_rung && !is_due {
            return;
        }
        self.is_rung = false;
        if self.drain(now) {
            self.last_record = Some(now);
        }
        let is_idle = self
            .last_record
            .is_none_or(|last| now.duration_since(last) >= LINGER);
        self.is_parked = is_idle && self.reader.park();
        self.next_tick = Some(now + TICK);
    }

    fn drain(&mut self, now: Instant) -> bool {
        let Self {
            reader,
            backlog,
            ledger,
            ..
        } = self;
        // Looking at the shards takes back the wish to be woken.
        self.is_parked = false;
        let mut lanes = backlog.lock();
        reader.drain(now, |queued| lanes.push(queued, ledger))
    }

    /// Obeys the commands that have come. What was accepted before a command is taken out of the queue first.
    fn obey(&mut self, now: Instant) {
        let commands = self.mailbox.take();
        if commands.is_empty() {
            return;
        }
        if self.drain(now) {
            self.last_record = Some(now);
        }
        for command in commands {
            match command {
                Command::Flush(done) => self.flushes.push(Flush {
                    below: self.backlog.lock().next_rank(),
                    done,
                }),
                Command::Close { within, done } => self.begin_closing(now, within, done),
                Command::Renew => self.renew(now),
                Command::Check(done) => self.link.check(&self.connect, done, &self.news),
            }
        }
    }

    /// Gives up what is too old, waiting or under way, and a link that has stalled.
    fn expire(&mut self, now: Instant) {
        let timeout = self.settings.delivery_timeout;
        let next = || {
            self.backlog
                .lock()
                .take_oldest_if(|oldest| oldest.is_expired(now, timeout))
        };
        while let Some(oldest) = next() {
            oldest.give_up(DropReason::Expired, self.ledger.trouble().as_ref());
        }
        for flight in &mut self.flights {
            let is_stalled = flight.is_stalled(now);
            if is_stalled && self.link.is(flight.link) {
                self.link.drop();
            }
            if is_stalled || flight.is_expired(now) {
                flight.cancel();
            }
        }
    }

    /// Starts as many sends as the link, the order and the present trouble allow.
    fn dispatch(&mut self, now: Instant) {
        let Some((link, transport, mut limits)) = self.link.up() else {
            return;
        };
        let mut window = self.settings.in_flight.min(limits.max_sends).max(1);
        if self.settings.is_ordered {
            window = window.min(limits.ordered_sends).max(1);
        }
        if let Some(hold) = &self.hold {
            // The oldest record probes, alone.
            if hold.next_probe > now || self.flights.iter().any(|flight| flight.round == self.round) {
                return;
            }
            limits = limits.batch(1, limits.max_batch_bytes);
            window = self.flights.len() + 1;
        } else if self.pause.is_some_and(|pause| pause > now) {
            return;
        }
        while self.flights.len() < window {
            if self.settings.is_ordered && self.flights.iter().any(|flight| flight.round != self.round) {
                return;
            }
            self.refuse_oversized(limits.max_record_bytes);
            let records = self.backlog.lock().take_batch(&limits);
            if records.is_empty() {
                return;
            }
            let channels = &mut self.channels;
            self.flights.push(Flight::launch(
                self.next_flight,
                (link, &transport),
                self.round,
                records,
                |pending| as_record(pending, channels),
                self.settings.delivery_timeout,
                &self.news,
            ));
            self.next_flight += 1;
        }
    }

    /// The oldest records must not block the others because no link could ever carry them.
    fn refuse_oversized(&mut self, max_record_bytes: usize) {
        let is_oversized = |oldest: &Pending| oldest.body.len() > max_record_bytes;
        let next = |backlog: &Backlog| backlog.lock().take_oldest_if(is_oversized);
        while let Some(oldest) = next(&self.backlog) {
            let reason = format!(
                "its {} bytes are more than the {max_record_bytes} of this link",
                oldest.body.len()
            );
            self.bury(oldest, Refusal::new(RefusalKind::TooLarge, reason));
        }
    }

    /// Tells those who wait that all they wait for is settled; forgets those who no longer wait.
    fn answer_flushes(&mut self) {
        if self.flushes.is_empty() {
            return;
        }
        let flying = self.flights.iter().filter_map(Flight::oldest_rank);
        let oldest = flying
            .chain(self.backlog.lock().oldest().map(|oldest| oldest.rank))
            .min();
        self.flushes.retain(|flush| {
            let is_done = oldest.is_none_or(|oldest| oldest >= flush.below);
            if is_done {
                flush.done.complete(());
            }
            !is_done && Arc::strong_count(&flush.done) > 1
        });
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("endpoint", self.connect.endpoint())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

fn as_record(pending: &Pending, channels: &mut ChannelNames) -> Record {
    Record::new(
        pending.entry.kind,
        channels.get(pending.entry.channel),
        pending.body.clone(),
    )
}

#[cfg(test)]
pub(crate) mod tests;
