//! A batch under way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jkool_transport::{
    Batch, Connect, ErrorKind, Record, Report, Settled, Settlements, Transport, TransportError,
};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::pending::Pending;
#[cfg(feature = "spool")]
use super::spooling::DiskNews;

/// How long a connection may take to be made, should the transport have no limit of its own.
const CONNECT_PATIENCE: Duration = Duration::from_secs(60);

/// How long a send may go on without settling a record, should the transport have no limit of its own.
const SEND_PATIENCE: Duration = Duration::from_secs(120);

/// A batch under way. Its records stay here until each is settled.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) id: u64,
    pub(crate) records: Vec<Option<Pending>>,
    pub(crate) attempt: Attempt,
    /// The link it goes over.
    pub(crate) link: u64,
    /// When the first of its records is given up.
    expires: Option<Instant>,
    /// When the transport is no longer believed to be alive.
    stalls: Option<Instant>,
    cancel: Option<oneshot::Sender<()>>,
}

/// What the records of a flight have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// The round of tries it belongs to; see [`Delivery`](super::Delivery).
    pub(crate) round: u64,
    /// When they were handed to the transport.
    pub(crate) since: Instant,
}

/// What the tasks tell the delivery.
pub(crate) enum News {
    /// Some records of a flight are settled.
    Settled { flight: u64, settled: Vec<Settled> },
    /// A flight is over.
    Landed {
        flight: u64,
        settled: Vec<Settled>,
        end: End,
    },
    /// A link was made, or not.
    Connected {
        link: u64,
        result: Result<Box<dyn Transport>, TransportError>,
        has_panicked: bool,
    },
    /// The spool has something to tell.
    #[cfg(feature = "spool")]
    Disk(DiskNews),
    /// A check went well, so that trying again makes sense.
    Checked,
}

/// How a flight ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The transport returned.
    Done,
    /// The link failed.
    LinkFailed(TransportError),
    /// It was cancelled.
    Cancelled,
    /// The transport panicked.
    Panicked,
}

impl Flight {
    /// Sends the records in a task of its own. The first poll comes in the order of these calls.
    pub(crate) fn launch(
        id: u64,
        (link, transport): (u64, &Arc<dyn Transport>),
        attempt: Attempt,
        records: Vec<Pending>,
        mut as_record: impl FnMut(&Pending) -> Record,
        timeout: Option<Duration>,
        news: &UnboundedSender<News>,
    ) -> Self {
        let batch: Batch = records.iter().map(&mut as_record).collect();
        let (cancel, cancelled) = oneshot::channel();
        tokio::spawn(fly(id, Arc::clone(transport), batch, cancelled, news.clone()));
        Self {
            id,
            expires: records
                .iter()
                .filter_map(|pending| pending.expires(timeout))
                .min(),
            stalls: Some(attempt.since + SEND_PATIENCE),
            records: records.into_iter().map(Some).collect(),
            attempt,
            link,
            cancel: Some(cancel),
        }
    }

    /// Gives up sending; the flight lands soon, with all that was known.
    pub(crate) fn cancel(&mut self) {
        self.cancel = None;
        self.expires = None;
        self.stalls = None;
    }

    /// The transport has settled a record, and so is alive.
    pub(crate) fn has_settled(&mut self, now: Instant) {
        if self.stalls.is_some() {
            self.stalls = Some(now + SEND_PATIENCE);
        }
    }

    /// Whether the transport is no longer believed to be alive.
    pub(crate) fn is_stalled(&self, now: Instant) -> bool {
        self.stalls.is_some_and(|at| at <= now)
    }

    /// Whether a record under way is too old.
    pub(crate) fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }

    /// When it has to be looked at, if it has not landed before.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.expires.into_iter().chain(self.stalls).min()
    }

    /// The rank of its oldest record that is not settled.
    pub(crate) fn oldest_rank(&self) -> Option<u64> {
        self.records.iter().flatten().map(|pending| pending.rank).min()
    }
}

async fn fly(
    id: u64,
    transport: Arc<dyn Transport>,
    batch: Batch,
    mut cancelled: oneshot::Receiver<()>,
    news: UnboundedSender<News>,
) {
    let (report, settlements) = Report::new(batch.len());
    let mut landing = Landing {
        id,
        settlements: Some(settlements),
        news,
    };
    let result = {
        let mut sending = pin!(async { transport.send(batch, report).await });
        let mut is_report_alive = true;
        loop {
            let Some(settlements) = &mut landing.settlements else {
                return;
            };
            tokio::select! {
                biased;
                result = &mut sending => break Some(result),
                _ = &mut cancelled => break None,
                () = settlements.changed(), if is_report_alive => {
                    let settled = settlements.drain();
                    // Nothing new: the transport has dropped its end, and would be reported as changed for ever.
                    is_report_alive = !settled.is_empty();
                    if is_report_alive {
                        let _ = landing.news.send(News::Settled { flight: id, settled });
                    }
                }
            }
        }
    };
    landing.land(result);
}

/// Makes sure that every flight lands: a panic of the transport unwinds through here.
struct Landing {
    id: u64,
    settlements: Option<Settlements>,
    news: UnboundedSender<News>,
}

impl Landing {
    fn land(&mut self, result: Option<Result<(), TransportError>>) {
        let end = match &result {
            Some(Ok(())) => End::Done,
            Some(Err(error)) => End::LinkFailed(error.clone()),
            None => End::Cancelled,
        };
        self.tell(result, end);
    }

    fn tell(&mut self, result: Option<Result<(), TransportError>>, end: End) {
        if let Some(settlements) = self.settlements.take() {
            // Nobody listens any more once the delivery is gone, and then nothing depends on it.
            let _ = self.news.send(News::Landed {
                flight: self.id,
                settled: settlements.finish(result),
                end,
            });
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.tell(None, End::Panicked);
    }
}

/// Makes a link in a task of its own.
pub(crate) fn connect(link: u64, connect: Arc<dyn Connect>, news: &UnboundedSender<News>) -> AbortHandle {
    let mut arrival = Arrival {
        link,
        news: Some(news.clone()),
    };
    let task = tokio::spawn(async move {
        let result = match tokio::time::timeout(CONNECT_PATIENCE, connect.connect()).await {
            Ok(result) => result,
            Err(_) => Err(TransportError::new(
                ErrorKind::Timeout,
                format!(
                    "no connection to {} within {} s",
                    connect.endpoint(),
                    CONNECT_PATIENCE.as_secs()
                ),
            )),
        };
        arrival.tell(result, false);
    });
    task.abort_handle()
}

/// Makes sure that every attempt to connect is answered.
struct Arrival {
    link: u64,
    news: Option<UnboundedSender<News>>,
}

impl Arrival {
    fn tell(&mut self, result: Result<Box<dyn Transport>, TransportError>, has_panicked: bool) {
        if let Some(news) = self.news.take() {
            let _ = news.send(News::Connected {
                link: self.link,
                result,
                has_panicked,
            });
        }
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let error = TransportError::new(ErrorKind::Io, "making the connection was given up");
        self.tell(Err(error), std::thread::panicking());
    }
}
