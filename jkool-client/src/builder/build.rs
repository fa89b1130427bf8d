//! From a builder to a client.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "spool")]
use crate::Spool;
use crate::channel::{ChannelNames, Channels};
use crate::client::Handle;
use crate::dead_letter_file::DeadLetterFile;
use crate::delivery::{Backlog, Delivery, Mailbox, Settings, Wiring};
use crate::intake::{Intake, Origin};
use crate::ledger::{Count, Ledger};
use crate::queue::{Queue, QueueReader};
use crate::tally::Tally;
use crate::worker;
use crate::{BuildError, Client, ClientBuilder};

/// The channel of what is sent without a logger.
const DEFAULT_CHANNEL: &str = "jkool";

/// How long an event may wait if nothing else was said and there is no spool.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(300);

impl ClientBuilder {
    /// Starts the worker thread. Nothing is sent, and nothing waits but for the disk, if there is a
    /// spool: up to 2 s for a place in its directory, and up to 5 s for a first look at what was left in it. A wrong token or a dead host shows in
    /// [`health`](Client::health), in [`check`](Client::check), and by [`on_alarm`](Self::on_alarm).
    ///
    /// # Errors
    ///
    /// The first fault found in the settings; the dead-letter file or the spool cannot be opened; or the operating
    /// system has no thread left.
    pub fn build(self) -> Result<Client, BuildError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let limits = [
            ("max_queued_events", self.max_queued_events),
            ("max_queued_bytes", self.max_queued_bytes),
            ("in_flight", self.in_flight),
        ];
        if let Some((setter, _)) = limits.into_iter().find(|(_, limit)| *limit == 0) {
            return Err(BuildError::ZeroLimit { setter });
        }
        let filters = self.filters.build()?;
        let is_stamping = !self.defaults.is_plain();
        let encoder = self.defaults.encoder();
        let connect = self.destination.connect(self.in_flight)?;
        let queue = Queue::new(self.max_queued_events, self.max_queued_bytes, self.is_ordered);
        let backlog = Arc::new(Backlog::default());
        let mailbox = Arc::new(Mailbox::new());
        let ledger = Arc::new(Ledger::default());
        let channels = Arc::new(Channels::default());
        let mut hooks = self.hooks;
        if let Some((path, max_bytes)) = self.dead_letter_file {
            let file = DeadLetterFile::open(&path, max_bytes, &ledger)
                .map_err(|source| BuildError::DeadLetterFile { path, source })?;
            hooks.dead_letter_file = Some(file);
        }
        #[cfg(feature = "spool")]
        let (spool, lane) = self
            .spool
            .map(Spool::open)
            .transpose()
            .map_err(BuildError::Spool)?
            .unzip();
        #[cfg(not(feature = "spool"))]
        let lane = None;
        let default_timeout = lane.is_none().then_some(DELIVERY_TIMEOUT);
        let settings = Settings {
            in_flight: self.in_flight,
            is_ordered: self.is_ordered,
            delivery_timeout: self.delivery_timeout.or(default_timeout),
            retry: self.retry,
            hooks,
        };
        let wiring = Wiring {
            reader: QueueReader::new(Arc::clone(&queue)),
            backlog: Arc::clone(&backlog),
            mailbox: Arc::clone(&mailbox),
            ledger: Arc::clone(&ledger),
            channels: ChannelNames::new(Arc::clone(&channels)),
            spool: lane,
        };
        let delivery = Delivery::new(wiring, Arc::clone(&connect), settings, Box::new(fastrand::f64));
        worker::start(delivery).map_err(BuildError::Worker)?;
        let (channel, name) = channels.intern(DEFAULT_CHANNEL);
        let level = filters.levels.of(&name);
        let handle = Handle {
            intake: Arc::new(Intake {
                queue,
                backlog,
                mailbox,
                ledger,
                channels,
                connect,
                #[cfg(feature = "spool")]
                spool,
                filters,
                on_full: self.on_full,
                is_stamping,
                tally: Tally::default(),
                refused: Count::default(),
                process: std::process::id(),
            }),
            origin: Origin {
                encoder,
                channel,
                name,
                level,
            },
            reporting: Arc::default(),
            drop_timeout: self.drop_timeout,
        };
        Ok(Client {
            handle: Arc::new(handle),
        })
    }
}
