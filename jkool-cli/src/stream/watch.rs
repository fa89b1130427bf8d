//! Watches a stream from its first line to the last answer.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jkool_client::Client;
use jkool_collector::Escaped;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use crate::commands::signals::{Signal, Told};
use crate::failure::Failure;
use crate::stream::disk_vigil::DiskVigil;
use crate::stream::vigil::{Advice, Vigil};
use crate::stream::{Progress, Tally};

/// How often to look how far it is.
const GLANCE: Duration = Duration::from_millis(100);

/// How long to deliver what was read, once told to end.
const GRACE: Duration = Duration::from_secs(10);

/// How long a line may take on its way into the queue; a reader that takes longer waits for input.
const LAST_LINE: Duration = Duration::from_millis(100);

/// No flush takes as long: the vigil ends it before.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);

/// How a stream ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything was read, and its fate is known.
    Complete,
    /// Nobody reads standard output any more.
    Unread,
    /// It made no sense to go on.
    GaveUp(Failure),
    /// A signal ended it.
    Told(Signal),
}

/// Watches over the delivery while another thread reads.
pub(crate) struct Watch<'a> {
    pub(crate) client: &'a Client,
    pub(crate) tally: &'a Tally,
    pub(crate) progress: &'a Progress,
    pub(crate) unread: &'a Notify,
    /// Stops the reader.
    pub(crate) is_stopped: &'a Arc<AtomicBool>,
    pub(crate) timeout: Duration,
    /// What cannot be delivered is kept, so that reading goes on whatever the far end does.
    pub(crate) has_spool: bool,
}

/// What a stretch of the way ended with.
enum Stretch {
    Done,
    Ended(End),
}

impl Watch<'_> {
    /// Watches until everything is settled, or there is a reason to end. `reading` ends with the reader.
    pub(crate) async fn until_the_end(
        &self,
        mut reading: oneshot::Receiver<()>,
        told: &mut Told,
        began: Instant,
    ) -> End {
        let mut glances = interval(GLANCE);
        glances.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let patience = if self.has_spool { FOREVER } else { self.timeout };
        let mut vigil = Vigil::new(patience, began);
        let mut stretch = self
            .stretch(&mut reading, told, &mut glances, &mut vigil, began)
            .await;
        if matches!(stretch, Stretch::Done) {
            if self.has_spool {
                vigil = Vigil::new(self.timeout, Instant::now());
            }
            let mut flush = pin!(self.client.flush_async(FOREVER));
            stretch = self
                .stretch(&mut flush, told, &mut glances, &mut vigil, began)
                .await;
        }
        let end = match stretch {
            Stretch::Done => End::Complete,
            Stretch::Ended(End::Told(signal)) => {
                self.wind_up(reading, told).await;
                End::Told(signal)
            }
            Stretch::Ended(end) => end,
        };
        self.is_stopped.store(true, Ordering::Relaxed);
        end
    }

    async fn stretch<F: Future + Unpin>(
        &self,
        done: &mut F,
        told: &mut Told,
        glances: &mut Interval,
        vigil: &mut Vigil,
        began: Instant,
    ) -> Stretch {
        let mut disk = DiskVigil::default();
        loop {
            tokio::select! {
                biased;
                signal = told.wait() => return Stretch::Ended(End::Told(signal)),
                () = self.unread.notified() => return Stretch::Ended(End::Unread),
                _ = &mut *done => return Stretch::Done,
                _ = glances.tick() => {}
            }
            let stats = self.client.stats();
            let through = stats.delivered + stats.handed;
            let rate = through as f64 / began.elapsed().as_secs_f64().max(1e-3);
            self.progress.show(self.tally.bytes.get(), through, rate);
            let spool = self.client.spool_stats();
            if let Some(text) = spool.and_then(|spool| disk.judge(&spool, Instant::now())) {
                self.progress.note(&Escaped(&text).to_string());
            }
            match vigil.judge(&stats, &self.client.health(), Instant::now()) {
                Advice::GoOn => {}
                Advice::Tell(text) => self.progress.note(&Escaped(&text).to_string()),
                Advice::GiveUp(failure) => return Stretch::Ended(End::GaveUp(failure)),
            }
        }
    }

    /// Reads no further, and delivers what was read within a deadline, or until told once more.
    async fn wind_up(&self, reading: oneshot::Receiver<()>, told: &mut Told) {
        self.is_stopped.store(true, Ordering::Relaxed);
        let delivered = async {
            // An error means that the reader had ended before.
            let _ = timeout(LAST_LINE, reading).await;
            if self.client.stats().pending > 0 {
                self.progress.note(&format!(
                    "ending; delivering what was read for up to {} s, a second signal stops it",
                    GRACE.as_secs()
                ));
            }
            let _ = self.client.flush_async(GRACE).await;
        };
        tokio::select! {
            () = delivered => {}
            _ = told.wait() => {}
        }
    }
}
