//! The way of an entity into the queue, on the caller's thread.

use std::sync::Arc;

use jkool_model::{Encoder, Entity, Severity};
use jkool_transport::Connect;

use crate::channel::Channels;
use crate::delivery::{Backlog, Command, Mailbox};
use crate::ledger::{Count, Ledger};
use crate::queue::{ChannelId, Entry, Gate, Queue, Rejected};
use crate::receipt_cell::ReceiptCell;
use crate::scratch::with_buffer;
use crate::tally::Tally;
use crate::{DropCounts, DropReason, Fate, OnFull, Receipt, SendError, SendErrorKind, Stats};

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
    pub(crate) level: Severity,
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
    /// Queues an entity, if it passes the level gate.
    #[inline]
    pub(crate) fn send(&self, entity: Entity, origin: &Origin) -> Result<(), SendError> {
        if self.is_filtered(&entity) {
            self.tally.count_filtered();
            return Ok(());
        }
        self.offer(entity, origin, None, self.on_full)
    }

    /// Queues a report if there is room. It neither waits nor drives out events: what it says can be said later.
    pub(crate) fn send_report(&self, report: Entity, origin: &Origin) -> Result<(), SendError> {
        self.offer(report, origin, None, OnFull::HandBack)
    }

    /// The same, with a receipt.
    pub(crate) fn send_tracked(&self, entity: Entity, origin: &Origin) -> Result<Receipt, SendError> {
        let cell = Arc::new(ReceiptCell::new());
        if self.is_filtered(&entity) {
            self.tally.count_filtered();
            cell.complete(Fate::Filtered);
        } else {
            self.offer(entity, origin, Some(&cell), self.on_full)?;
        }
        Ok(Receipt::new(cell, Arc::clone(&self.ledger)))
    }

    /// Entities without a severity, and those with none, pass the gate.
    #[inline]
    pub(crate) fn is_filtered(&self, entity: &Entity) -> bool {
        entity
            .severity()
            .is_some_and(|severity| severity < self.level && severity != Severity::None)
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
        Stats {
            filtered: self.tally.filtered(),
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
