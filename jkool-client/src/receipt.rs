//! What tells the sender of one event what became of it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use jkool_transport::TransportError;

use crate::ledger::Ledger;
use crate::receipt_cell::ReceiptCell;
use crate::{Fate, State, WaitError};

/// Tells what became of one event: a future that ends with its [`Fate`], and [`wait`](Self::wait) for threads.
///
/// It may be dropped at any time; the event goes its way.
#[must_use = "whoever does not look at the receipt can use `send`, which is cheaper"]
pub struct Receipt {
    cell: Arc<ReceiptCell>,
    ledger: Arc<Ledger>,
}

impl Receipt {
    pub(crate) fn new(cell: Arc<ReceiptCell>, ledger: Arc<Ledger>) -> Self {
        Self { cell, ledger }
    }

    /// Blocks until the event has come as far as `state`, or will never do so.
    ///
    /// [`State::Queued`] is true from the start and comes back at once, as [`Fate::Pending`] or more. Without a spool
    /// nothing is [stored](State::Stored) before its fate is known.
    ///
    /// # Errors
    ///
    /// [`WaitError::TimedOut`] when `timeout` passes first; the event is still on its way.
    /// [`WaitError::WouldDeadlock`] on the client's own worker thread, inside a callback.
    pub fn wait(&self, state: State, timeout: Duration) -> Result<Fate, WaitError> {
        if let Some(fate) = self.cell.fate() {
            return Ok(fate);
        }
        if state == State::Queued {
            return Ok(Fate::Pending(State::Queued));
        }
        if self.ledger.is_worker_thread() {
            return Err(WaitError::WouldDeadlock);
        }
        self.cell.wait(state, timeout).ok_or_else(|| WaitError::TimedOut {
            trouble: self.ledger.trouble(),
        })
    }

    /// Waits, in async code, until the event is [stored](State::Stored), or will never be: then this is its fate. One
    /// task at a time.
    pub async fn stored(&self) -> Fate {
        poll_fn(|context| self.cell.poll_stored(context)).await
    }

    /// What became of the event, if that is known already.
    #[must_use]
    pub fn fate(&self) -> Option<Fate> {
        self.cell.fate()
    }

    /// The trouble that keeps the event from being delivered, or that it was given up for; `None` while all goes well.
    #[must_use]
    pub fn trouble(&self) -> Option<TransportError> {
        match self.cell.fate() {
            Some(Fate::Dropped(dropped)) => dropped.trouble().cloned(),
            Some(_) => None,
            None => self.ledger.trouble(),
        }
    }
}

impl Future for Receipt {
    type Output = Fate;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Fate> {
        self.cell.poll(context)
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("fate", &self.cell.fate())
            .finish()
    }
}
