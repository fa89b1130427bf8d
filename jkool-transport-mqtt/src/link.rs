//! A connection, seen by the one who sends through it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jkool_transport::{Batch, ErrorKind, Limits, Report, Transport, TransportError, async_trait};
use tokio::sync::{mpsc, oneshot};

use crate::driver::{Command, Driver, Ending, Farewell, closed};
use crate::session::Session;
use crate::settings::Settings;
use crate::window::{Job, mark_not_sent};

/// The transport of one connection. The connection itself lives in a task of its own, which ends with this.
pub(crate) struct Link {
    settings: Arc<Settings>,
    commands: mpsc::UnboundedSender<Command>,
    ending: Arc<Ending>,
    is_closing: AtomicBool,
}

impl Link {
    pub(crate) fn new(settings: Arc<Settings>, session: Session) -> Self {
        let (commands, inbox) = mpsc::unbounded_channel();
        let ending = Arc::new(Ending::new());
        let driver = Driver::new(Arc::clone(&settings), session, inbox);
        tokio::spawn(driver.run(Arc::clone(&ending)));
        Self {
            settings,
            commands,
            ending,
            is_closing: AtomicBool::new(false),
        }
    }

    /// Why nothing can be sent any more, if so.
    fn check_open(&self) -> Result<(), TransportError> {
        if self.is_closing.load(Ordering::Acquire) {
            return Err(closed(&self.settings));
        }
        match self.ending.get() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// Why the task is gone. Without a reason of its own it was ended by its runtime, in the middle of anything.
    fn ended(&self) -> TransportError {
        self.ending.get().cloned().unwrap_or_else(|| {
            TransportError::new(
                ErrorKind::Io,
                format!(
                    "the runtime of the connection to {} has ended",
                    self.settings.broker.endpoint
                ),
            )
        })
    }
}

#[async_trait]
impl Transport for Link {
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        if let Err(error) = self.check_open() {
            mark_not_sent(&report, &error);
            return Err(error);
        }
        if batch.is_empty() {
            return Ok(());
        }
        let (done, finished) = oneshot::channel();
        let job = Job { batch, report, done };
        if let Err(mpsc::error::SendError(command)) = self.commands.send(Command::Send(job)) {
            let error = self.ended();
            if let Command::Send(job) = command {
                job.fail(&error);
            }
            return Err(error);
        }
        match finished.await {
            Ok(result) => result,
            Err(_) => Err(self.ended()),
        }
    }

    /// Makes a short connection of its own, under another client id, and publishes nothing.
    async fn check(&self) -> Result<(), TransportError> {
        self.check_open()?;
        Session::probe(&self.settings).await
    }

    /// Waits until every record is settled, then sends DISCONNECT.
    async fn close(&self, deadline: Instant) -> Result<(), TransportError> {
        if self.is_closing.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let (done, finished) = oneshot::channel();
        let farewell = Farewell {
            deadline: deadline.into(),
            done,
        };
        if self.commands.send(Command::Close(farewell)).is_err() {
            return Err(self.ended());
        }
        match finished.await {
            Ok(result) => result,
            Err(_) => Err(self.ended()),
        }
    }

    /// A few batches that fill the window between them, so that one can be put together while others are under way.
    /// All stay in order, since they go through one connection.
    fn limits(&self) -> Limits {
        const SENDS: usize = 8;
        const BATCH_BYTES: usize = 1 << 20;
        Limits::default()
            .record_bytes(self.settings.admission.max_record_bytes())
            .batch(self.settings.window.into(), BATCH_BYTES)
            .sends(SENDS, SENDS)
    }
}
