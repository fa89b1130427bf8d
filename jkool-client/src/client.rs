//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jkool_model::Entity;
use jkool_transport::{AccessToken, Endpoint, ErrorKind, TransportError};

use crate::completion::Completion;
use crate::delivery::{Command, Left};
use crate::filter::BeforeSend;
use crate::intake::{Intake, Origin};
use crate::queue::Gate;
use crate::reporting::Reporting;
use crate::timed::within;
use crate::{
    BuildError, CheckError, ClientBuilder, CloseError, FlushError, Guard, Health, Logger, Receipt, SendError,
    Stats,
};

/// How much longer than asked a blocking `close` waits for the last word of the worker.
const GRACE: Duration = Duration::from_millis(950);

/// Streams events, activities, snapshots, datasets and log entries to one far end.
///
/// A clone is cheap and shares queue, worker and numbers. Sending never waits for the network; a worker thread of its
/// own delivers in the background. When the last clone, logger and guard is gone, what is queued is flushed for up to
/// [`drop_timeout`](ClientBuilder::drop_timeout); to know the result, call [`close`](Self::close).
///
/// All methods work without a runtime, inside any runtime, and in `Drop`. The blocking ones block the calling thread
/// up to their time limit; in async code use their `_async` twins.
///
/// In a child made by `fork` without `exec` there is no worker: sending there is not supported, and flushing, closing
/// and dropping return at once.
#[derive(Clone)]
pub struct Client {
    pub(crate) handle: Arc<Handle>,
}

/// What is closed when the last clone is gone.
pub(crate) struct Handle {
    pub(crate) intake: Arc<Intake>,
    pub(crate) origin: Origin,
    pub(crate) reporting: Arc<Reporting>,
    pub(crate) drop_timeout: Duration,
}

impl Client {
    /// A builder, to say where to and how.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client configured by environment variables alone; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// No token is set, or a variable has a value that cannot be used; the error names it.
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_env().build()
    }

    /// A logger: what it sends has its name as default operation and, over MQTT without a fixed topic, as topic.
    ///
    /// Names are remembered for the life of the client: use one per part of the program, not one per order.
    #[must_use]
    pub fn logger(&self, name: &str) -> Logger {
        Logger::new(self.clone(), name)
    }

    /// Queues an event, or any other entity, for delivery; never waits, unless [`OnFull::Block`](crate::OnFull::Block)
    /// was asked for. `Ok` means *queued*, see [`State`](crate::State).
    ///
    /// What is below the [level](ClientBuilder::level), or does not pass another filter, is counted in
    /// [`Stats::filtered`], and not sent.
    ///
    /// # Errors
    ///
    /// The entity was not accepted, and is handed back: the queue is full, the client is closed, or the entity can
    /// never be sent.
    #[inline]
    pub fn send(&self, entity: impl Into<Entity>) -> Result<(), SendError> {
        self.handle.intake.send(entity.into(), &self.handle.origin)
    }

    /// Queues an event, and gives a [`Receipt`] that tells what becomes of it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_tracked(&self, entity: impl Into<Entity>) -> Result<Receipt, SendError> {
        self.handle
            .intake
            .send_tracked(entity.into(), &self.handle.origin)
    }

    /// Blocks until everything accepted before the call is settled: delivered, handed over, or dropped and counted.
    ///
    /// # Errors
    ///
    /// [`FlushError::TimedOut`] when `timeout` passes first, with the number of events that are still pending; they
    /// stay on their way. [`FlushError::WouldDeadlock`] inside a callback of this client.
    pub fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        let done = self.begin_flush()?;
        done.wait(timeout).ok_or_else(|| self.flush_timed_out())
    }

    /// [`flush`](Self::flush) for async code, in any runtime.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    pub async fn flush_async(&self, timeout: Duration) -> Result<(), FlushError> {
        let done = self.begin_flush()?;
        within(&done, timeout).await.ok_or_else(|| self.flush_timed_out())
    }

    /// Accepts nothing any more, delivers what can be delivered within `timeout`, and ends the worker.
    ///
    /// Calls may overlap, and later ones give the same answer; the longest time counts. A present wait or hold is
    /// interrupted for one last try.
    ///
    /// # Errors
    ///
    /// [`CloseError::Undelivered`] says how many events are left; they are dropped and counted. With a spool, what is
    /// left is stored instead, in up to a second more, and [`CloseError::Stored`] says how many events that is.
    /// [`CloseError::WouldDeadlock`] inside a callback of this client, which then stays open.
    pub fn close(&self, timeout: Duration) -> Result<(), CloseError> {
        let done = self.begin_close(timeout)?;
        let left = done.wait(timeout.saturating_add(GRACE));
        self.closed(left)
    }

    /// [`close`](Self::close) for async code, in any runtime.
    ///
    /// # Errors
    ///
    /// As [`close`](Self::close).
    pub async fn close_async(&self, timeout: Duration) -> Result<(), CloseError> {
        let done = self.begin_close(timeout)?;
        let left = within(&done, timeout.saturating_add(GRACE)).await;
        self.closed(left)
    }

    /// A guard that closes the client when it is dropped; for clients that live in a global logger, which never is.
    pub fn guard(&self) -> Guard {
        Guard::new(self.clone())
    }

    /// What became of everything so far, in numbers.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.handle.intake.stats()
    }

    /// How the spool is doing: its file, and whether the disk works. `None` without a spool.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    #[must_use]
    pub fn spool_stats(&self) -> Option<crate::SpoolStats> {
        self.handle
            .intake
            .spool
            .as_ref()
            .map(crate::spool::SpoolHandle::stats)
    }

    /// Checks endpoint and token without sending an event. Success ends a present wait, and lets a hold probe at once.
    ///
    /// # Errors
    ///
    /// [`CheckError::Failed`] with what sending an event would fail with; [`CheckError::TimedOut`] without an answer
    /// within `timeout`.
    pub fn check(&self, timeout: Duration) -> Result<(), CheckError> {
        let done = self.begin_check()?;
        checked(done.wait(timeout))
    }

    /// [`check`](Self::check) for async code, in any runtime.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub async fn check_async(&self, timeout: Duration) -> Result<(), CheckError> {
        let done = self.begin_check()?;
        checked(within(&done, timeout).await)
    }

    /// Streams with this access token from now on. A present [hold](Health::Holding) or wait ends at once: the oldest
    /// event tries the new token over a new connection. What is under way with the old token is not disturbed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the token cannot stand in a request header, or if
    /// the transport has no token, as over MQTT.
    pub fn set_token(&self, token: impl Into<AccessToken>) -> Result<(), TransportError> {
        let token = token.into();
        token.validate()?;
        let intake = &self.handle.intake;
        let Some(source) = intake.connect.token_source() else {
            return Err(TransportError::new(
                ErrorKind::Config,
                format!(
                    "the transport to {} has no access token to be set",
                    self.endpoint()
                ),
            ));
        };
        source.set(token);
        if !intake.is_forked() {
            intake.post(Command::Renew);
        }
        Ok(())
    }

    /// How streaming is going.
    #[must_use]
    pub fn health(&self) -> Health {
        self.handle.intake.ledger.health()
    }

    /// The far end, for messages: it never shows a credential.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.handle.intake.connect.endpoint()
    }

    fn begin_flush(&self) -> Result<Arc<Completion<()>>, FlushError> {
        let intake = &self.handle.intake;
        if intake.is_forked() {
            return Err(FlushError::Forked);
        }
        if intake.ledger.is_worker_thread() || BeforeSend::is_at_work() {
            return Err(FlushError::WouldDeadlock);
        }
        self.handle.reporting.flush(intake);
        let done = Arc::new(Completion::new());
        intake.post(Command::Flush(Arc::clone(&done)));
        Ok(done)
    }

    fn flush_timed_out(&self) -> FlushError {
        FlushError::TimedOut {
            pending: self.handle.intake.pending(),
        }
    }

    fn begin_close(&self, timeout: Duration) -> Result<Arc<Completion<Left>>, CloseError> {
        let intake = &self.handle.intake;
        if intake.is_forked() {
            return Err(CloseError::Forked);
        }
        if intake.ledger.is_worker_thread() || BeforeSend::is_at_work() {
            return Err(CloseError::WouldDeadlock);
        }
        Ok(self.handle.begin_close(timeout))
    }

    fn closed(&self, left: Option<Left>) -> Result<(), CloseError> {
        // Without a word the worker hangs, in the code of a transport or of the host; it is left to itself.
        match left {
            None => Err(CloseError::Undelivered {
                left: self.handle.intake.pending(),
            }),
            Some(Left { lost: 0, stored: 0 }) => Ok(()),
            Some(Left { lost: 0, stored }) => Err(CloseError::Stored { stored }),
            Some(Left { lost, .. }) => Err(CloseError::Undelivered { left: lost }),
        }
    }

    fn begin_check(&self) -> Result<Arc<Completion<Result<(), TransportError>>>, CheckError> {
        let intake = &self.handle.intake;
        if intake.is_forked() {
            return Err(CheckError::Forked);
        }
        if intake.ledger.is_worker_thread() {
            return Err(CheckError::WouldDeadlock);
        }
        let done = Arc::new(Completion::new());
        intake.post(Command::Check(Arc::clone(&done)));
        Ok(done)
    }
}

fn checked(result: Option<Result<(), TransportError>>) -> Result<(), CheckError> {
    match result {
        Some(result) => result.map_err(CheckError::Failed),
        None => Err(CheckError::TimedOut),
    }
}

impl Handle {
    fn begin_close(&self, timeout: Duration) -> Arc<Completion<Left>> {
        self.reporting.close(&self.intake);
        let done = Arc::new(Completion::new());
        self.intake.queue.shut(Gate::Closed);
        self.intake.post(Command::Close {
            within: timeout,
            done: Arc::clone(&done),
        });
        done
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.intake.is_forked() {
            return;
        }
        if self.intake.mailbox.has_ended() {
            return self.reporting.close(&self.intake);
        }
        let done = self.begin_close(self.drop_timeout);
        // The worker may drop the last handle, at the end of a callback; then it must not wait for itself.
        if !self.intake.ledger.is_worker_thread() {
            done.wait(self.drop_timeout.saturating_add(GRACE));
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", self.endpoint())
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jkool_model::Event;
    use jkool_transport::testing::{Scripted, Step};

    use super::*;

    #[test]
    fn a_forked_child_returns_at_once_and_says_why() {
        let scripted = Scripted::new([Step::Stall]);
        let mut client = Client::builder().transport(scripted.clone()).build().unwrap();
        client.send(Event::new("the parent's")).unwrap();
        // As `fork` leaves it: the client remembers another process.
        let handle = Arc::get_mut(&mut client.handle).unwrap();
        Arc::get_mut(&mut handle.intake).unwrap().process += 1;
        let start = std::time::Instant::now();
        assert_eq!(client.flush(Duration::from_secs(30)), Err(FlushError::Forked));
        assert_eq!(client.close(Duration::from_secs(30)), Err(CloseError::Forked));
        assert!(matches!(
            client.check(Duration::from_secs(30)),
            Err(CheckError::Forked)
        ));
        drop(client);
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}
