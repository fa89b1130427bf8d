//! What passes between the handles and the spool thread: one mutex, never held while the disk is touched.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use super::contents::{Contents, MANY_REMOVALS};
use super::handed_back::HandedBack;
use super::options::SpoolOptions;
use super::record::{SpoolId, SpoolRecord, Spooled};
use super::state::{Census, SpoolClosed, SpoolState, SpoolStats};
use super::todo::{Append, OnStored, Reader, Ready, Todo};

/// The mailbox of one spool.
#[derive(Debug)]
pub(crate) struct Mailbox {
    contents: Mutex<Contents>,
    /// Rings for the thread.
    bell: Condvar,
    /// Rings when the thread has ended.
    ended: Condvar,
    options: SpoolOptions,
    /// Rings where there is no thread.
    #[cfg(test)]
    pub(crate) nudge: tokio::sync::Notify,
}

impl Mailbox {
    pub(crate) fn new(options: SpoolOptions) -> Self {
        Self {
            contents: Mutex::new(Contents::default()),
            bell: Condvar::new(),
            ended: Condvar::new(),
            options,
            #[cfg(test)]
            nudge: tokio::sync::Notify::new(),
        }
    }

    /// Leaves records to be stored, or hands them back.
    pub(crate) fn append(&self, records: Vec<SpoolRecord>, on_stored: OnStored) -> Result<(), HandedBack> {
        let bytes: usize = records.iter().map(SpoolRecord::bytes).sum();
        let mut contents = self.lock();
        if let Some(reason) = contents.refusal(records.len(), bytes, &self.options) {
            return Err(HandedBack { records, reason });
        }
        contents.stats.waiting_records += records.len();
        contents.stats.waiting_bytes += bytes;
        contents.append_records += records.len();
        contents.append_bytes += bytes;
        if contents.appends.is_empty() {
            contents.oldest = Some(Instant::now());
        }
        contents.appends.push_back(Append {
            records,
            bytes,
            on_stored,
        });
        let ring = contents.asleep
            && contents.ready.for_appends
            && (contents.appends.len() == 1 || contents.has_group(&self.options));
        drop(contents);
        if ring {
            self.ring();
        }
        Ok(())
    }

    /// Leaves word that these records are done with.
    pub(crate) fn remove(&self, ids: impl IntoIterator<Item = SpoolId>) {
        let mut contents = self.lock();
        if contents.ended.is_some() {
            return;
        }
        let first = contents.removals.is_empty();
        contents.removals.extend(ids);
        let many = contents.removals.len() >= MANY_REMOVALS;
        let ring = contents.asleep && ((first && contents.ready.for_removals) || many);
        drop(contents);
        if ring {
            self.ring();
        }
    }

    /// Asks for stored records. The reply is dropped when the spool is closed.
    pub(crate) fn read(&self, reader: Reader) {
        let mut contents = self.lock();
        if contents.ended.is_none() && contents.closing.is_none() {
            contents.readers.push_back(reader);
            drop(contents);
            self.ring();
        }
    }

    /// Brings back what was handed out to somebody who had left.
    pub(crate) fn give_back(&self, batch: Vec<Spooled>) {
        let mut contents = self.lock();
        if contents.ended.is_none() {
            contents.returned.extend(batch);
            drop(contents);
            self.ring();
        }
    }

    /// Asks the thread to store what waits and to end, trying no longer than until `deadline`.
    pub(crate) fn close(&self, deadline: Instant) {
        let mut contents = self.lock();
        contents.closing = Some(contents.closing.map_or(deadline, |earlier| earlier.min(deadline)));
        drop(contents);
        self.ring();
    }

    /// Waits until the thread has ended, but no longer than until `deadline`.
    #[cfg(test)]
    pub(crate) fn wait_ended(&self, deadline: Instant) -> SpoolClosed {
        let mut contents = self.lock();
        loop {
            let now = Instant::now();
            if let Some(closed) = contents.ended {
                return closed;
            }
            if now >= deadline {
                return SpoolClosed {
                    left: contents.stats.waiting_records,
                    finished: false,
                };
            }
            let waited = self.ended.wait_timeout(contents, deadline - now);
            contents = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells `teller` when the thread has ended.
    pub(crate) fn tell_ended(&self, teller: oneshot::Sender<SpoolClosed>) {
        let mut contents = self.lock();
        match contents.ended {
            Some(closed) => {
                // Whoever asked may have gone.
                let _ = teller.send(closed);
            }
            None => contents.tellers.push(teller),
        }
    }

    pub(crate) fn stats(&self) -> SpoolStats {
        self.lock().stats.clone()
    }

    pub(crate) fn census(&self) -> Census {
        let contents = self.lock();
        Census {
            is_failing: matches!(contents.stats.state, SpoolState::Failing { .. }),
            ..contents.census
        }
    }

    /// For the thread: waits until there is something to do, and takes it.
    pub(crate) fn wait(&self, ready: Ready) -> Todo {
        let mut contents = self.lock();
        loop {
            let now = Instant::now();
            if contents.has_work(ready, now, &self.options) {
                return contents.take(ready, now, &self.options);
            }
            let linger_ends = contents
                .oldest
                .filter(|_| ready.for_appends)
                .map(|oldest| oldest + self.options.linger);
            let until = [linger_ends, ready.due, contents.closing]
                .into_iter()
                .flatten()
                .min();
            contents.asleep = true;
            contents.ready = ready;
            contents = match until {
                Some(until) => {
                    let waited = self
                        .bell
                        .wait_timeout(contents, until.saturating_duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.bell.wait(contents).unwrap_or_else(PoisonError::into_inner),
            };
            contents.asleep = false;
        }
    }

    /// As [`wait`](Self::wait), but `None` if there is nothing to do now.
    #[cfg(test)]
    pub(crate) fn try_wait(&self, ready: Ready) -> Option<Todo> {
        let mut contents = self.lock();
        let now = Instant::now();
        contents.asleep = !contents.has_work(ready, now, &self.options);
        contents.ready = ready;
        (!contents.asleep).then(|| contents.take(ready, now, &self.options))
    }

    /// For the thread: all appends that wait, to be handed back.
    pub(crate) fn take_appends(&self) -> Vec<Append> {
        let mut contents = self.lock();
        contents.oldest = None;
        contents.append_records = 0;
        contents.append_bytes = 0;
        contents.appends.drain(..).collect()
    }

    /// For the thread: records that wait no longer, because they are stored or were handed back.
    pub(crate) fn settled(&self, records: usize, bytes: usize, stored: bool) {
        let mut contents = self.lock();
        contents.stats.waiting_records = contents.stats.waiting_records.saturating_sub(records);
        contents.stats.waiting_bytes = contents.stats.waiting_bytes.saturating_sub(bytes);
        if stored {
            contents.stats.stored += records as u64;
        }
    }

    /// For the thread: readers that could not be served yet.
    pub(crate) fn put_back(&self, readers: VecDeque<Reader>) {
        if readers.is_empty() {
            return;
        }
        let mut contents = self.lock();
        for reader in readers.into_iter().rev() {
            contents.readers.push_front(reader);
        }
    }

    /// For the thread: shows how the spool is doing.
    pub(crate) fn publish(&self, removals: u64, show: impl FnOnce(&mut SpoolStats)) {
        let mut contents = self.lock();
        show(&mut contents.stats);
        contents.census = Census {
            records: contents.stats.records,
            stored: contents.stats.stored,
            removals,
            is_failing: false,
        };
    }

    /// For the thread: it has ended. Whoever waits for something hears of it.
    pub(crate) fn end(&self) {
        let mut contents = self.lock();
        let closed = SpoolClosed {
            // After a panic of the thread something may still wait; in good order nothing does.
            left: contents.left + contents.stats.waiting_records,
            finished: true,
        };
        let closed = *contents.ended.get_or_insert(closed);
        contents.stats.state = SpoolState::Closed;
        contents.removals = Vec::new();
        contents.closing.get_or_insert_with(Instant::now);
        let readers = std::mem::take(&mut contents.readers);
        let appends = std::mem::take(&mut contents.appends);
        let tellers = std::mem::take(&mut contents.tellers);
        drop(contents);
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

    fn ring(&self) {
        self.bell.notify_one();
        #[cfg(test)]
        self.nudge.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
