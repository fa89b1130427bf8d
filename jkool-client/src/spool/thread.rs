//! The thread `jkool-spool`: the only one that touches the disk.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::disk::Disk;
use super::error::SpoolError;
use super::handed_back::{HandedBack, HandedBackReason};
use super::mailbox::Mailbox;
use super::options::SpoolOptions;
use super::record::{SpoolId, SpoolRecord, Spooled};
use super::spooler::{Committed, Spooler};
use super::state::SpoolState;
use super::todo::{Append, OnStored, Reader, Ready, Todo};

/// Starts the thread on `disk`. The receiver hears when the file was looked at for the first time.
pub(crate) fn start(
    disk: Box<dyn Disk>,
    options: SpoolOptions,
    mailbox: Arc<Mailbox>,
) -> Result<mpsc::Receiver<()>, SpoolError> {
    let (opened, first_look) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("jkool-spool".to_owned())
        .spawn(move || {
            let _end = End(Arc::clone(&mailbox));
            let mut worker = Worker::new(disk, options, mailbox);
            // Nobody listens any more if the first look took too long.
            let _ = opened.try_send(());
            worker.run();
        })
        .map_err(|source| SpoolError::Thread { source })?;
    Ok(first_look)
}

/// The thread's work without the thread, for tests that keep time by themselves.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Inline {
    worker: Worker,
    _end: End,
}

#[cfg(test)]
impl Inline {
    pub(crate) fn new(disk: Box<dyn Disk>, options: SpoolOptions, mailbox: Arc<Mailbox>) -> Self {
        let end = End(Arc::clone(&mailbox));
        Self {
            worker: Worker::new(disk, options, mailbox),
            _end: end,
        }
    }

    /// Does what can be done now, but does not try for ever; returns whether that was the last of it.
    pub(crate) fn turn(&mut self) -> bool {
        for _ in 0..32 {
            let ready = self.worker.ready();
            let Some(todo) = self.worker.mailbox.try_wait(ready) else {
                return false;
            };
            if self.worker.turn(todo) {
                return true;
            }
        }
        false
    }

    /// Waits until somebody wants something.
    pub(crate) fn wanted(&self) -> impl Future<Output = ()> + Send + use<> {
        let mailbox = Arc::clone(&self.worker.mailbox);
        async move { mailbox.nudge.notified().await }
    }
}

#[derive(Debug)]
struct Worker {
    spooler: Spooler,
    mailbox: Arc<Mailbox>,
    group: Option<Group>,
    /// Handed out, came back unseen: first in line for the next reader.
    returned: VecDeque<Spooled>,
    /// How many removals were asked for so far.
    removals: u64,
}

impl Worker {
    /// Has had a first look at the file.
    fn new(disk: Box<dyn Disk>, options: SpoolOptions, mailbox: Arc<Mailbox>) -> Self {
        let mut worker = Self {
            spooler: Spooler::new(disk, options),
            mailbox,
            group: None,
            returned: VecDeque::new(),
            removals: 0,
        };
        worker.spooler.open_leavings(Instant::now());
        worker.publish();
        worker
    }

    fn run(&mut self) {
        loop {
            let ready = self.ready();
            let todo = self.mailbox.wait(ready);
            if self.turn(todo) {
                return;
            }
        }
    }

    /// Does what is to be done; returns whether that was the last of it.
    fn turn(&mut self, todo: Todo) -> bool {
        let now = Instant::now();
        let closing = todo.closing;
        self.take_in(now, todo);
        self.spooler.tick(now);
        self.publish();
        let is_last = closing.is_some_and(|deadline| {
            (self.group.is_none() || now >= deadline) && self.has_ended(now >= deadline)
        });
        if is_last {
            self.spooler.close(now);
            self.publish();
        }
        is_last
    }

    fn ready(&mut self) -> Ready {
        let now = Instant::now();
        let unread = !self.returned.is_empty() || self.spooler.has_unread();
        let down_until = self.spooler.contained().retry_at();
        let due = match (&self.group, down_until) {
            (Some(_), None) => Some(now),
            _ => self.spooler.due(self.group.is_some() || unread),
        };
        Ready {
            for_appends: self.group.is_none(),
            for_readers: unread && down_until.is_none_or(|until| until <= now),
            for_removals: !self.spooler.has_removals(),
            due,
        }
    }

    fn take_in(&mut self, now: Instant, todo: Todo) {
        self.removals += todo.removals.len() as u64;
        self.spooler.remove(now, todo.removals);
        self.returned.extend(todo.returned);
        if !todo.appends.is_empty() {
            self.group = Some(Group::new(todo.appends));
        }
        self.commit(now);
        self.serve(now, todo.readers);
    }

    fn commit(&mut self, now: Instant) {
        let Some(group) = self.group.take() else {
            return;
        };
        match self.spooler.commit(now, &group.records) {
            Committed::Stored(first) => {
                self.mailbox.settled(group.records.len(), group.bytes, true);
                // Whoever hears that a record is stored may look at the counters at once.
                self.publish();
                group.stored(first);
            }
            Committed::Later => self.group = Some(group),
            Committed::Full => {
                self.publish();
                self.hand_back(group, HandedBackReason::Full);
                self.hand_back_waiting(HandedBackReason::Full);
            }
        }
    }

    fn serve(&mut self, now: Instant, mut readers: VecDeque<Reader>) {
        while let Some(reader) = readers.pop_front() {
            if reader.reply.is_closed() {
                continue;
            }
            let mut batch = self.take_returned(&reader);
            if batch.is_empty() {
                batch = self.spooler.next(now, reader.max_records, reader.max_bytes);
            }
            if batch.is_empty() {
                readers.push_front(reader);
                break;
            }
            if let Err(unseen) = reader.reply.send(batch) {
                for spooled in unseen.into_iter().rev() {
                    self.returned.push_front(spooled);
                }
            }
        }
        self.mailbox.put_back(readers);
    }

    fn take_returned(&mut self, reader: &Reader) -> Vec<Spooled> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(spooled) = self.returned.pop_front() {
            bytes += spooled.record.bytes();
            if !batch.is_empty() && (batch.len() >= reader.max_records || bytes > reader.max_bytes) {
                self.returned.push_front(spooled);
                break;
            }
            batch.push(spooled);
        }
        batch
    }

    /// Whether nothing waits any more; with `give_up`, what waits is handed back first.
    fn has_ended(&mut self, give_up: bool) -> bool {
        if give_up {
            if let Some(group) = self.group.take() {
                self.mailbox.left_behind(group.records.len());
                self.hand_back(group, HandedBackReason::Closed);
            }
            self.hand_back_waiting(HandedBackReason::Closed);
            return true;
        }
        self.group.is_none() && self.mailbox.stats().waiting_records == 0
    }

    fn hand_back(&self, group: Group, reason: HandedBackReason) {
        self.mailbox.settled(group.records.len(), group.bytes, false);
        group.handed_back(reason);
    }

    fn hand_back_waiting(&self, reason: HandedBackReason) {
        for append in self.mailbox.take_appends() {
            let records = append.records.len();
            if reason == HandedBackReason::Closed {
                self.mailbox.left_behind(records);
            }
            self.mailbox.settled(records, append.bytes, false);
            tell(
                append.on_stored,
                Err(HandedBack {
                    records: append.records,
                    reason,
                }),
            );
        }
    }

    fn publish(&mut self) {
        let full = self.spooler.is_full(Instant::now());
        let spooler = &self.spooler;
        let salvage = spooler.contained().salvaged();
        let failures = spooler.contained().failures();
        let state = match spooler.failing() {
            _ if full => SpoolState::Full,
            Some(failing) => SpoolState::Failing {
                error: Arc::clone(&failing.error),
                since: failing.since,
            },
            None => SpoolState::Ok,
        };
        self.mailbox.publish(self.removals, |stats| {
            stats.records = spooler.records();
            stats.file_bytes = spooler.file_bytes();
            stats.damaged = spooler.damaged();
            stats.salvaged = salvage.records;
            if stats.corrupt_files != salvage.files {
                stats.corrupt_files = salvage.files;
                stats.last_corrupt = salvage.last_file.clone();
            }
            if stats.failures != failures.count() {
                stats.failures = failures.count();
                stats.last_failure = failures.last().cloned();
            }
            stats.state = state;
        });
    }
}

/// Several appends in one commit.
#[derive(Debug)]
struct Group {
    records: Vec<SpoolRecord>,
    bytes: usize,
    receipts: Vec<Receipt>,
}

struct Receipt {
    records: usize,
    on_stored: OnStored,
}

impl Group {
    fn new(appends: Vec<Append>) -> Self {
        let mut group = Self {
            records: Vec::with_capacity(appends.iter().map(|append| append.records.len()).sum()),
            bytes: 0,
            receipts: Vec::with_capacity(appends.len()),
        };
        for append in appends {
            group.bytes += append.bytes;
            group.receipts.push(Receipt {
                records: append.records.len(),
                on_stored: append.on_stored,
            });
            group.records.extend(append.records);
        }
        group
    }

    fn stored(self, first: SpoolId) {
        let mut next = first;
        for receipt in self.receipts {
            tell(receipt.on_stored, Ok(next));
            next = next.later(receipt.records as u64);
        }
    }

    fn handed_back(self, reason: HandedBackReason) {
        let mut rest = self.records.into_iter();
        for receipt in self.receipts {
            let records = rest.by_ref().take(receipt.records).collect();
            tell(receipt.on_stored, Err(HandedBack { records, reason }));
        }
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receipt")
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

/// Says that the thread has ended, however it ends; made first, so dropped last: the slot is free by then.
#[derive(Debug)]
struct End(Arc<Mailbox>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A callback is somebody else's code: its panic stays its own.
fn tell(on_stored: OnStored, outcome: Result<SpoolId, HandedBack>) {
    let _ = catch_unwind(AssertUnwindSafe(|| on_stored(outcome)));
}
