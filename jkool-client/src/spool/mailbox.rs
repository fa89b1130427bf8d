//! What passes between the handles and the spool thread: one mutex, never held while the disk is touched.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use super::handed_back::{HandedBack, HandedBackReason};
use super::options::SpoolOptions;
use super::record::{SpoolId, SpoolRecord, Spooled};
use super::state::{SpoolClosed, SpoolState, SpoolStats};
use super::todo::{Append, OnStored, Reader, Ready, Todo};

/// The mailbox of one spool.
#[derive(Debug)]
pub(crate) struct Mailbox {
    inner: Mutex<Inner>,
    /// Rings for the thread.
    bell: Condvar,
    /// Rings when the thread has ended.
    ended: Condvar,
    options: SpoolOptions,
}

impl Mailbox {
    pub(crate) fn new(options: SpoolOptions) -> Self {
        Self {
            inner: Mutex::new(Inner::default()),
            bell: Condvar::new(),
            ended: Condvar::new(),
            options,
        }
    }

    /// Leaves records to be stored, or hands them back.
    pub(crate) fn append(&self, records: Vec<SpoolRecord>, on_stored: OnStored) -> Result<(), HandedBack> {
        let bytes: usize = records.iter().map(SpoolRecord::bytes).sum();
        let mut inner = self.lock();
        if let Some(reason) = inner.refusal(records.len(), bytes, &self.options) {
            return Err(HandedBack { records, reason });
        }
        inner.stats.waiting_records += records.len();
        inner.stats.waiting_bytes += bytes;
        inner.append_records += records.len();
        inner.append_bytes += bytes;
        if inner.appends.is_empty() {
            inner.oldest = Some(Instant::now());
        }
        inner.appends.push_back(Append {
            records,
            bytes,
            on_stored,
        });
        let ring = inner.asleep
            && inner.ready.for_appends
            && (inner.appends.len() == 1 || inner.has_group(&self.options));
        drop(inner);
        if ring {
            self.bell.notify_one();
        }
        Ok(())
    }

    /// Leaves word that these records are done with.
    pub(crate) fn remove(&self, ids: impl IntoIterator<Item = SpoolId>) {
        let mut inner = self.lock();
        if inner.ended.is_some() {
            return;
        }
        let first = inner.removals.is_empty();
        inner.removals.extend(ids);
        let many = inner.removals.len() >= MANY_REMOVALS;
        let ring = inner.asleep && ((first && inner.ready.for_removals) || many);
        drop(inner);
        if ring {
            self.bell.notify_one();
        }
    }

    /// Asks for stored records. The reply is dropped when the spool is closed.
    pub(crate) fn read(&self, reader: Reader) {
        let mut inner = self.lock();
        if inner.ended.is_none() && inner.closing.is_none() {
            inner.readers.push_back(reader);
            drop(inner);
            self.bell.notify_one();
        }
    }

    /// Brings back what was handed out to somebody who had left.
    pub(crate) fn give_back(&self, batch: Vec<Spooled>) {
        let mut inner = self.lock();
        if inner.ended.is_none() {
            inner.returned.extend(batch);
            drop(inner);
            self.bell.notify_one();
        }
    }

    /// Asks for all records that are handed out and not removed once more.
    pub(crate) fn rewind(&self) {
        self.lock().rewind = true;
        self.bell.notify_one();
    }

    /// Asks the thread to store what waits and to end, trying no longer than until `deadline`.
    pub(crate) fn close(&self, deadline: Instant) {
        let mut inner = self.lock();
        inner.closing = Some(inner.closing.map_or(deadline, |earlier| earlier.min(deadline)));
        drop(inner);
        self.bell.notify_one();
    }

    /// Waits until the thread has ended, but no longer than until `deadline`.
    pub(crate) fn wait_ended(&self, deadline: Instant) -> SpoolClosed {
        let mut inner = self.lock();
        loop {
            let now = Instant::now();
            if let Some(closed) = inner.ended {
                return closed;
            }
            if now >= deadline {
                return SpoolClosed {
                    left: inner.stats.waiting_records,
                    finished: false,
                };
            }
            let waited = self.ended.wait_timeout(inner, deadline - now);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells `teller` when the thread has ended.
    pub(crate) fn tell_ended(&self, teller: oneshot::Sender<SpoolClosed>) {
        let mut inner = self.lock();
        match inner.ended {
            Some(closed) => {
                // Whoever asked may have gone.
                let _ = teller.send(closed);
            }
            None => inner.tellers.push(teller),
        }
    }

    pub(crate) fn stats(&self) -> SpoolStats {
        self.lock().stats.clone()
    }

    /// For the thread: waits until there is something to do, and takes it.
    pub(crate) fn wait(&self, ready: Ready) -> Todo {
        let mut inner = self.lock();
        loop {
            let now = Instant::now();
            if inner.has_work(ready, now, &self.options) {
                return inner.take(ready, now, &self.options);
            }
            let linger_ends = inner
                .oldest
                .filter(|_| ready.for_appends)
                .map(|oldest| oldest + self.options.linger);
            let until = [linger_ends, ready.due, inner.closing]
                .into_iter()
                .flatten()
                .min();
            inner.asleep = true;
            inner.ready = ready;
            inner = match until {
                Some(until) => {
                    let waited = self
                        .bell
                        .wait_timeout(inner, until.saturating_duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.bell.wait(inner).unwrap_or_else(PoisonError::into_inner),
            };
            inner.asleep = false;
        }
    }

    /// For the thread: all appends that wait, to be handed back.
    pub(crate) fn take_appends(&self) -> Vec<Append> {
        let mut inner = self.lock();
        inner.oldest = None;
        inner.append_records = 0;
        inner.append_bytes = 0;
        inner.appends.drain(..).collect()
    }

    /// For the thread: records that wait no longer, because they are stored or were handed back.
    pub(crate) fn settled(&self, records: usize, bytes: usize, stored: bool) {
        let mut inner = self.lock();
        inner.stats.waiting_records = inner.stats.waiting_records.saturating_sub(records);
        inner.stats.waiting_bytes = inner.stats.waiting_bytes.saturating_sub(bytes);
        if stored {
            inner.stats.stored += records as u64;
        }
    }

    /// For the thread: readers that could not be served yet.
    pub(crate) fn put_back(&self, readers: VecDeque<Reader>) {
        if readers.is_empty() {
            return;
        }
        let mut inner = self.lock();
        for reader in readers.into_iter().rev() {
            inner.readers.push_front(reader);
        }
    }

    /// For the thread: shows how the spool is doing.
    pub(crate) fn publish(&self, show: impl FnOnce(&mut SpoolStats)) {
        show(&mut self.lock().stats);
    }

    /// For the thread: it has ended. Whoever waits for something hears of it.
    pub(crate) fn end(&self) {
        let mut inner = self.lock();
        let closed = SpoolClosed {
            // After a panic of the thread something may still wait; in good order nothing does.
            left: inner.left + inner.stats.waiting_records,
            finished: true,
        };
        let closed = *inner.ended.get_or_insert(closed);
        inner.stats.state = SpoolState::Closed;
        inner.removals = Vec::new();
        inner.closing.get_or_insert_with(Instant::now);
        let readers = std::mem::take(&mut inner.readers);
        let appends = std::mem::take(&mut inner.appends);
        let tellers = std::mem::take(&mut inner.tellers);
        drop(inner);
        drop((readers, appends));
        for teller in tellers {
            let _ = teller.send(closed);
        }
        self.ended.notify_all();
    }

    /// For the thread: so many records were handed back because the spool closes.
    pub(crate) fn left_behind(&self, records: usize) {
        self.lock().left += records;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many removals wake the thread, so that they do not pile up until the next commit.
const MANY_REMOVALS: usize = 4_096;

#[derive(Debug)]
struct Inner {
    appends: VecDeque<Append>,
    append_records: usize,
    append_bytes: usize,
    oldest: Option<Instant>,
    removals: Vec<SpoolId>,
    readers: VecDeque<Reader>,
    returned: Vec<Spooled>,
    rewind: bool,
    closing: Option<Instant>,
    ended: Option<SpoolClosed>,
    left: usize,
    tellers: Vec<oneshot::Sender<SpoolClosed>>,
    stats: SpoolStats,
    asleep: bool,
    ready: Ready,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            appends: VecDeque::new(),
            append_records: 0,
            append_bytes: 0,
            oldest: None,
            removals: Vec::new(),
            readers: VecDeque::new(),
            returned: Vec::new(),
            rewind: false,
            closing: None,
            ended: None,
            left: 0,
            tellers: Vec::new(),
            stats: SpoolStats::default(),
            asleep: false,
            ready: Ready {
                for_appends: true,
                for_readers: false,
                for_removals: true,
                due: None,
            },
        }
    }
}

impl Inner {
    fn refusal(&self, records: usize, bytes: usize, options: &SpoolOptions) -> Option<HandedBackReason> {
        if self.closing.is_some() || self.ended.is_some() {
            return Some(HandedBackReason::Closed);
        }
        if bytes as u64 > options.max_append_bytes() {
            return Some(HandedBackReason::TooLarge);
        }
        if matches!(self.stats.state, SpoolState::Full) {
            return Some(HandedBackReason::Full);
        }
        // One append that is larger than the backlog goes alone: else it could never go at all.
        let alone = self.stats.waiting_records == 0;
        let fits = self.stats.waiting_records + records <= options.max_backlog_records
            && self.stats.waiting_bytes + bytes <= options.max_backlog_bytes;
        if alone || fits {
            None
        } else if matches!(self.stats.state, SpoolState::Failing { .. }) {
            Some(HandedBackReason::Failing)
        } else {
            Some(HandedBackReason::Backlog)
        }
    }

    fn has_group(&self, options: &SpoolOptions) -> bool {
        self.append_records >= options.max_group_records || self.append_bytes >= options.group_bytes()
    }

    fn can_append(&self, ready: Ready, now: Instant, options: &SpoolOptions) -> bool {
        let waited = self.oldest.is_some_and(|oldest| oldest + options.linger <= now);
        ready.for_appends
            && !self.appends.is_empty()
            && (waited || self.closing.is_some() || self.has_group(options))
    }

    fn has_work(&self, ready: Ready, now: Instant, options: &SpoolOptions) -> bool {
        self.can_append(ready, now, options)
            || (ready.for_removals && !self.removals.is_empty())
            || self.removals.len() >= MANY_REMOVALS
            || !self.returned.is_empty()
            || self.rewind
            || (ready.for_readers && !self.readers.is_empty())
            || ready.due.is_some_and(|due| due <= now)
            || self
                .closing
                .is_some_and(|deadline| ready.for_appends || deadline <= now)
    }

    fn take(&mut self, ready: Ready, now: Instant, options: &SpoolOptions) -> Todo {
        let mut todo = Todo {
            removals: std::mem::take(&mut self.removals),
            returned: std::mem::take(&mut self.returned),
            rewind: std::mem::take(&mut self.rewind),
            closing: self.closing,
            ..Todo::default()
        };
        if ready.for_readers || !todo.returned.is_empty() || todo.rewind {
            todo.readers = std::mem::take(&mut self.readers);
        }
        if self.can_append(ready, now, options) {
            let (mut records, mut bytes) = (0, 0);
            while let Some(append) = self.appends.pop_front() {
                let too_many = records + append.records.len() > options.max_group_records;
                let too_large = bytes + append.bytes > options.group_bytes();
                if !todo.appends.is_empty() && (too_many || too_large) {
                    self.appends.push_front(append);
                    break;
                }
                records += append.records.len();
                bytes += append.bytes;
                todo.appends.push(append);
            }
            self.append_records = self.append_records.saturating_sub(records);
            self.append_bytes = self.append_bytes.saturating_sub(bytes);
            // The rest has waited as long as this group has.
            self.oldest = self.oldest.filter(|_| !self.appends.is_empty());
        }
        todo
    }
}
