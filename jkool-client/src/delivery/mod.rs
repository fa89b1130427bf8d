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
mod collect;
mod command;
mod dispatch;
mod expire;
mod flight;
mod flush;
mod link;
mod outcome;
mod pending;
mod sleep;
#[cfg(feature = "spool")]
mod spooling;
mod trouble;
mod verdict;
#[cfg(not(feature = "spool"))]
mod without_spool;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jkool_transport::Connect;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use crate::RetryPolicy;
use crate::channel::ChannelNames;
use crate::hooks::Hooks;
use crate::ledger::Ledger;
use crate::queue::QueueReader;
pub(crate) use backlog::Backlog;
use backoff::Backoff;
pub(crate) use backoff::Rng;
use closing::Closing;
pub(crate) use command::{Command, Left, Mailbox};
use flight::{Flight, News};
use flush::Flush;
use link::Link;
#[cfg(feature = "spool")]
pub(crate) use spooling::SpoolLane;
use trouble::Hold;
#[cfg(not(feature = "spool"))]
pub(crate) use without_spool::SpoolLane;

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
    pub(crate) spool: Option<SpoolLane>,
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
    spool: Option<SpoolLane>,
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

impl Delivery {
    /// The delivery of what comes through the queue to where `connect` leads. Nothing happens until it runs.
    pub(crate) fn new(wiring: Wiring, connect: Arc<dyn Connect>, mut settings: Settings, rng: Rng) -> Self {
        let Wiring {
            reader,
            backlog,
            mailbox,
            ledger,
            channels,
            spool,
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
            spool,
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
            self.advance_spool(now);
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
            let is_stashing = self.closing.as_ref().is_some_and(Closing::is_stashing);
            let stays = self.backlog.lock().put_back(pending, is_stashing);
            drop(stays);
        }
        self.is_rung = true;
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

#[cfg(test)]
pub(crate) mod tests;
