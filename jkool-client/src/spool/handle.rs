//! The hand on a spool: never blocks, but for opening and closing it.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::disk::Disk;
use super::error::SpoolError;
use super::handed_back::HandedBack;
use super::mailbox::Mailbox;
use super::options::{LONGEST_WAIT, SpoolOptions};
use super::record::{SpoolId, SpoolRecord, Spooled};
use super::slots::Slot;
use super::state::{Census, SpoolClosed, SpoolStats};
use super::thread;
use super::todo::Reader;

/// A spool that is open. Clones share it; when the last one goes, what waits is still stored, by a detached thread.
#[derive(Clone, Debug)]
pub(crate) struct SpoolHandle {
    owner: Arc<Owner>,
}

impl SpoolHandle {
    /// Opens a spool in the directory `dir`, which is made if it is missing, readable by its owner alone.
    ///
    /// Several processes can share a directory: each has a slot of its own, and takes over what dead ones left. Waits
    /// up to 2 s for a slot, and up to 5 s for a first look at the file.
    ///
    /// # Errors
    ///
    /// [`SpoolError::Busy`] if all slots are taken, [`SpoolError::Io`] if the directory cannot be made or locked,
    /// [`SpoolError::Thread`] if there is no thread to be had, [`SpoolError::Option`] for an option out of range. A
    /// file that cannot be opened is no error here: it shows in the [state](Self::stats).
    pub(crate) fn open(dir: impl AsRef<Path>, options: SpoolOptions) -> Result<Self, SpoolError> {
        options.check()?;
        let slot = Slot::acquire(dir.as_ref(), SLOT_WAIT)?;
        Self::on_disk(Box::new(slot), options)
    }

    /// As [`open`](Self::open), on any disk.
    pub(crate) fn on_disk(disk: Box<dyn Disk>, options: SpoolOptions) -> Result<Self, SpoolError> {
        let mailbox = Arc::new(Mailbox::new(options.clone()));
        let first_look = thread::start(disk, options, Arc::clone(&mailbox))?;
        // A disk that takes longer is a disk that fails: it shows in the state.
        let _ = first_look.recv_timeout(FIRST_LOOK_WAIT);
        Ok(Self {
            owner: Arc::new(Owner { mailbox }),
        })
    }

    /// As [`on_disk`](Self::on_disk), without a thread: somebody else does its work.
    #[cfg(test)]
    pub(crate) fn inline(disk: Box<dyn Disk>, options: SpoolOptions) -> (Self, thread::Inline) {
        let mailbox = Arc::new(Mailbox::new(options.clone()));
        let inline = thread::Inline::new(disk, options, Arc::clone(&mailbox));
        let owner = Arc::new(Owner { mailbox });
        (Self { owner }, inline)
    }

    /// Hands over records to be stored, without waiting. They are committed together with what else waits, in the
    /// order of the calls.
    ///
    /// `on_stored` is called once, on the spool's thread: with the id of the first record when they survive power loss,
    /// the others' following it; or with the records when they could not be stored. It must be quick, and must not close
    /// the spool.
    ///
    /// # Errors
    ///
    /// The records come back, and `on_stored` is not called, when there is no room for them on disk or in memory.
    pub(crate) fn append(
        &self,
        records: Vec<SpoolRecord>,
        on_stored: impl FnOnce(Result<SpoolId, HandedBack>) + Send + 'static,
    ) -> Result<(), HandedBack> {
        self.owner.mailbox.append(records, Box::new(on_stored))
    }

    /// The oldest stored records that nobody holds: up to `max_records`, and no more once they hold `max_bytes`, but
    /// at least one. Waits until there are some; `None` when the spool is closed.
    ///
    /// The records stay stored until they are [removed](Self::remove). Dropping the future loses none of them: they
    /// go to the next one who asks.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) fn next_batch(&self, max_records: usize, max_bytes: usize) -> NextBatch {
        let (reply, batch) = oneshot::channel();
        let mailbox = &self.owner.mailbox;
        mailbox.read(Reader {
            max_records,
            max_bytes,
            reply,
        });
        NextBatch {
            batch,
            mailbox: Arc::clone(mailbox),
        }
    }

    /// Takes records out: they are delivered, or given up. Written to disk with the next commit, or a little later.
    pub(crate) fn remove(&self, ids: impl IntoIterator<Item = SpoolId>) {
        self.owner.mailbox.remove(ids);
    }

    /// How the spool is doing.
    #[must_use]
    pub(crate) fn stats(&self) -> SpoolStats {
        self.owner.mailbox.stats()
    }

    /// What has been counted, and taken in, so far.
    pub(crate) fn census(&self) -> Census {
        self.owner.mailbox.census()
    }

    /// Stores what waits, closes the file and frees the slot; later appends are handed back. Waits no longer than
    /// `timeout`: if the disk hangs, the thread is left to itself.
    #[cfg(test)]
    pub(crate) fn close(&self, timeout: Duration) -> SpoolClosed {
        let timeout = timeout.min(LONGEST_WAIT);
        let now = Instant::now();
        // The thread gives up a little earlier, so that it can still say so in time.
        self.owner.mailbox.close(now + timeout - timeout / 8);
        self.owner.mailbox.wait_ended(now + timeout)
    }

    /// As [`close`](Self::close), without blocking. Resolves when the thread has ended; if the disk hangs that can be
    /// later than `timeout`, so combine it with a time-out of your own.
    pub(crate) fn close_async(&self, timeout: Duration) -> impl Future<Output = SpoolClosed> + Send + use<> {
        let (teller, told) = oneshot::channel();
        let mailbox = Arc::clone(&self.owner.mailbox);
        mailbox.close(Instant::now() + timeout.min(LONGEST_WAIT));
        mailbox.tell_ended(teller);
        async move {
            let unknown = mailbox.stats().waiting_records;
            told.await.unwrap_or(SpoolClosed {
                left: unknown,
                finished: false,
            })
        }
    }
}

/// Resolves to stored records: see [`SpoolHandle::next_batch`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub(crate) struct NextBatch {
    batch: oneshot::Receiver<Vec<Spooled>>,
    mailbox: Arc<Mailbox>,
}

impl Future for NextBatch {
    type Output = Option<Vec<Spooled>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(Pin::new(&mut self.batch).poll(context)).ok())
    }
}

impl Drop for NextBatch {
    fn drop(&mut self) {
        self.batch.close();
        if let Ok(unseen) = self.batch.try_recv() {
            self.mailbox.give_back(unseen);
        }
    }
}

/// How long to wait for a slot: long enough for a forked child to let go of the locks it holds until it calls exec.
const SLOT_WAIT: Duration = Duration::from_secs(2);

/// How long opening waits for the first look at the file.
const FIRST_LOOK_WAIT: Duration = Duration::from_secs(5);

/// How long a spool whose last handle went may go on trying to store what waits.
const LAST_TRY: Duration = Duration::from_secs(30);

/// Tells the thread to end when the last handle goes.
#[derive(Debug)]
struct Owner {
    mailbox: Arc<Mailbox>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.mailbox.close(Instant::now() + LAST_TRY);
    }
}
