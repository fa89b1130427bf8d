//! The way of an entity into the queue, on the caller's thread.

use std::sync::Arc;

use jkool_model::{Encoder, Entity, Severity};
use jkool_transport::Connect;

use crate::channel::Channels;
use crate::delivery::{Backlog, Command, Mailbox};
use crate::filter::Filters;
use crate::ledger::{Count, Ledger};
use crate::queue::{ChannelId, Entry, Gate, Queue, Rejected};
use crate::receipt_cell::ReceiptCell;
use crate::scratch::with_buffer;
use crate::tally::Tally;
use crate::{
    DropCounts, DropReason, Fate, FilterCounts, FilterReason, OnFull, Receipt, SendError, SendErrorKind,
    Stats,
};

/// What all handles of a client share.
pub(crate) struct Intake {
    pub(crate) queue: Arc<Queue>,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) channels: Arc<Channels>,
    pub(crate) connect: Arc<dyn Connect>,
    #[cfg(feature = "spool")]
    pub(crate) spool: Option<crate::spool::SpoolHandle>,
    pub(crate) filters: Filters,
    pub(crate) on_full: OnFull,
    /// Whether entities get a tracking id and a time where they lack them.
    pub(crate) is_stamping: bool,
    pub(crate) tally: Tally,
    pub(crate) refused: Count,
    /// The process that the worker lives in.
    pub(crate) process: u32,
}

/// Where an entity comes from: a logger, or the client itself.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) encoder: Encoder,
    pub(crate) channel: ChannelId,
    pub(crate) name: Arc<str>,
    /// The lowest severity that passes; `None` lets nothing pass.
    pub(crate) level: Option<Severity>,
}

impl Origin {
    /// The channel, with its name.
    #[cfg(any(feature = "tracing", all(feature = "log", test)))]
    pub(crate) fn channel(&self) -> crate::capture::Channel {
        crate::capture::Channel {
            id: self.channel,
            name: Arc::clone(&self.name),
        }
    }
}

impl Intake {
    /// Queues an entity, if it passes the filters.
    #[inline]
    pub(crate) fn send(&self, entity: Entity, origin: &Origin) -> Result<(), SendError> {
        self.submit(entity, origin, None, None).map(|_| ())
    }

    /// The same for what belongs to an activity, or to nothing that could be sampled: `is_kept` says whether that is
    /// kept. Returns why it was filtered, if it was.
    pub(crate) fn send_member(
        &self,
        entity: Entity,
        origin: &Origin,
        is_kept: Option<bool>,
    ) -> Result<Option<FilterReason>, SendError> {
        self.submit(entity, origin, is_kept, None)
    }

    /// The same, with a receipt.
    pub(crate) fn send_tracked(&self, entity: Entity, origin: &Origin) -> Result<Receipt, SendError> {
        let cell = Arc::new(ReceiptCell::new());
        if let Some(reason) = self.submit(entity, origin, None, Some(&cell))? {
            cell.complete(Fate::Filtered(reason));
        }
        Ok(Receipt::new(cell, Arc::clone(&self.ledger)))
    }

    /// Queues a report if there is room. It neither waits nor drives out events: what it says can be said later. Of the
    /// filters only the hook is asked, which is there to keep things from leaving.
    pub(crate) fn send_report(&self, report: Entity, origin: &Origin) -> Result<(), SendError> {
        self.submit_to_hook(report, origin, None, OnFull::HandBack)
            .map(|_| ())
    }

    #[inline]
    fn submit(
        &self,
        mut entity: Entity,
        origin: &Origin,
        is_kept: Option<bool>,
        receipt: Option<&Arc<ReceiptCell>>,
    ) -> Result<Option<FilterReason>, SendError> {
        let passed = match self.filter(&mut entity, origin, is_kept) {
            Ok(passed) => passed,
            Err(reason) => return Ok(Some(reason)),
        };
        let outcome = self.submit_to_hook(entity, origin, receipt, self.on_full);
        match &outcome {
            Ok(None) => {}
            Ok(Some(_)) => self.filters.take_back(passed),
            // What is handed back tells what was suppressed before it, should it come again.
            Err(_) => self.filters.take_back(passed.told()),
        }
        outcome
    }

    #[inline]
    fn submit_to_hook(
        &self,
        mut entity: Entity,
        origin: &Origin,
        receipt: Option<&Arc<ReceiptCell>>,
        on_full: OnFull,
    ) -> Result<Option<FilterReason>, SendError> {
        if let Some(hook) = &self.filters.before_send {
            match self.ask_before_send(hook, entity) {
                Ok(changed) => entity = changed,
                Err(reason) => return Ok(Some(reason)),
            }
        }
        self.offer(entity, origin, receipt, on_full).map(|()| None)
    }

    #[inline]
    fn offer(
        &self,
        mut entity: Entity,
        origin: &Origin,
        receipt: Option<&Arc<ReceiptCell>>,
        on_full: OnFull,
    ) -> Result<(), SendError> {
        self.tally.count_offered();
        match self.accept(&mut entity, origin, receipt, on_full) {
            Ok(()) => Ok(()),
            Err(kind) => {
                self.refused.add_one();
                Err(SendError::new(kind, entity))
            }
        }
    }

    #[inline]
    fn accept(
        &self,
        entity: &mut Entity,
        origin: &Origin,
        receipt: Option<&Arc<ReceiptCell>>,
        on_full: OnFull,
    ) -> Result<(), SendErrorKind> {
        entity.validate().map_err(SendErrorKind::Invalid)?;
        if self.is_stamping {
            entity.stamp();
        }
        with_buffer(|body| {
            origin.encoder.encode(entity, body);
            let max_bytes = self.queue.max_bytes();
            if body.len() > max_bytes {
                return Err(SendErrorKind::TooLarge {
                    bytes: body.len(),
                    max_bytes,
                });
            }
            let entry = Entry {
                kind: entity.kind(),
                channel: origin.channel,
            };
            self.connect
                .admit(entry.kind, &origin.name, body.len())
                .map_err(SendErrorKind::Refused)?;
            self.enqueue(body, entry, receipt, on_full)
                .map_err(|rejected| match rejected {
                    Rejected::Full => SendErrorKind::QueueFull,
                    Rejected::Shut(Gate::Disabled) => SendErrorKind::Disabled,
                    Rejected::Shut(_) => SendErrorKind::Closed,
                })
        })
    }

    /// Queues a record; if there is no room for it, does as `on_full` says.
    #[inline]
    pub(crate) fn enqueue(
        &self,
        body: &[u8],
        entry: Entry,
        receipt: Option<&Arc<ReceiptCell>>,
        on_full: OnFull,
    ) -> Result<(), Rejected> {
        match self.queue.push(body, entry, receipt) {
            Err(Rejected::Full) => self.enqueue_though_full(body, entry, receipt, on_full),
            settled => settled,
        }
    }

    #[cold]
    fn enqueue_though_full(
        &self,
        body: &[u8],
        entry: Entry,
        receipt: Option<&Arc<ReceiptCell>>,
        on_full: OnFull,
    ) -> Result<(), Rejected> {
        match on_full {
            OnFull::HandBack => Err(Rejected::Full),
            // The worker must not wait for itself, and in a forked child there is nobody to wait for.
            OnFull::Block(_) if self.ledger.is_worker_thread() || self.is_forked() => Err(Rejected::Full),
            OnFull::Block(patience) => self.queue.push_patiently(patience, body, entry, receipt),
            OnFull::DropOldest => loop {
                if !self.drop_oldest() {
                    return Err(Rejected::Full);
                }
                match self.queue.push(body, entry, receipt) {
                    Err(Rejected::Full) => {}
                    settled => return settled,
                }
            },
        }
    }

    /// Drops the oldest record that is not under way. Returns whether there was one.
    fn drop_oldest(&self) -> bool {
        // The worker moves records from the queue to the backlog under this lock: none is missed between the two.
        let mut lanes = self.backlog.lock();
        if let Some(oldest) = lanes.take_oldest_in_memory() {
            drop(lanes);
            oldest.give_up(DropReason::QueueFull, self.ledger.trouble().as_ref());
            return true;
        }
        let (is_dropped, receipt) = self.queue.drop_oldest();
        drop(lanes);
        if is_dropped {
            self.ledger.dropped(DropReason::QueueFull).add_one();
        }
        if let Some(receipt) = receipt {
            receipt.complete(Fate::dropped(DropReason::QueueFull, self.ledger.trouble()));
        }
        is_dropped
    }

    /// Asks something of the worker, and wakes it.
    pub(crate) fn post(&self, command: Command) {
        self.mailbox.post(command);
        self.queue.ring();
    }

    /// What became of everything so far.
    pub(crate) fn stats(&self) -> Stats {
        let ledger = &self.ledger;
        let dropped = |reason| ledger.dropped(reason).get();
        let filtered = |reason| self.tally.filtered(reason);
        Stats {
            filtered: FilterCounts {
                level: filtered(FilterReason::Level),
                sampling: filtered(FilterReason::Sampling),
                repeat: filtered(FilterReason::Repeat),
                rate_limit: filtered(FilterReason::RateLimit),
                before_send: filtered(FilterReason::BeforeSend),
            },
            offered: self.tally.offered(),
            accepted: self.queue.accepted(),
            refused: self.refused.get(),
            delivered: ledger.delivered.get(),
            handed: ledger.handed.get(),
            pending: self.pending(),
            stored: ledger.in_spool(),
            adopted: ledger.adopted.get(),
            dropped: DropCounts {
                expired: dropped(DropReason::Expired),
                refused: dropped(DropReason::Refused),
                closed: dropped(DropReason::Closed),
                disabled: dropped(DropReason::Disabled),
                queue_full: dropped(DropReason::QueueFull),
                damaged: dropped(DropReason::Damaged),
            },
            retries: ledger.retries.get(),
            retries_in_doubt: ledger.retries_in_doubt.get(),
            connections: ledger.connections.get(),
            holds: ledger.holds.get(),
            dead_letters_written: ledger.dead_letters_written.get(),
            dead_letters_unwritten: ledger.dead_letters_unwritten.get(),
            panics: ledger.panics.get(),
        }
    }

    /// How many events are queued, stored or under way.
    pub(crate) fn pending(&self) -> u64 {
        self.queue.pending() as u64 + self.ledger.in_spool()
    }

    /// Whether this process was forked from the one that the worker lives in.
    pub(crate) fn is_forked(&self) -> bool {
        self.process != std::process::id()
    }
}
