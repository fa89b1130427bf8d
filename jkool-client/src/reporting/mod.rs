//! What reports by itself, again and again: one named thread, and a last report before the end.

mod by_hand;
mod distribution;
mod meter;
mod own_stats;
mod report_error;
mod schedule;
mod stopwatch;

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jkool_model::Snapshot;

pub use meter::Meter;
pub use report_error::ReportError;
pub use schedule::Schedule;
pub use stopwatch::Stopwatch;

pub(crate) use distribution::Distribution;

use crate::intake::{Intake, Origin};
use crate::silence::silence_this_thread;

/// The longest wait, for intervals that do not fit into the clock.
const FOREVER: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// Takes a snapshot to the queue; `false` if it was not accepted, and its contents should be told again.
pub(crate) type Emit<'a> = &'a mut dyn FnMut(Snapshot) -> bool;

/// Something that is asked again and again how it is.
pub(crate) trait Source: Send + 'static {
    /// Emits what there is to tell.
    fn report(&mut self, moment: Moment, emit: Emit<'_>);

    /// Whether nothing more will come.
    fn is_over(&self) -> bool {
        false
    }
}

/// Why a source is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Its interval has passed.
    Interval,
    /// The client is being flushed.
    Flush,
    /// The client is being closed: it is the last time.
    Close,
}

/// The sources of one client, and when each is due.
///
/// The lock is held while a source reports, until what it told is queued: so a flush, which takes the lock too, never
/// overtakes a report that has begun.
#[derive(Default)]
pub(crate) struct Reporting {
    plan: Mutex<Plan>,
    changed: Condvar,
}

#[derive(Default)]
struct Plan {
    sources: Vec<Planned>,
    is_running: bool,
    is_closed: bool,
}

struct Planned {
    name: Option<&'static str>,
    schedule: Schedule,
    origin: Origin,
    due: Instant,
    source: Box<dyn Source>,
}

impl Reporting {
    /// Reports from now on by the schedule; a source of the same name is replaced. The first one starts the thread.
    ///
    /// The thread keeps the intake, but no handle: it never keeps a client open, nor has to close one.
    pub(crate) fn add(
        self: &Arc<Self>,
        name: Option<&'static str>,
        schedule: Schedule,
        source: Box<dyn Source>,
        (intake, origin): (&Arc<Intake>, Origin),
    ) -> Result<(), ReportError> {
        if schedule.interval.is_zero() {
            return Err(ReportError::ZeroInterval);
        }
        let mut plan = self.lock();
        if plan.is_closed || intake.is_forked() {
            return Err(ReportError::Closed);
        }
        if !plan.is_running {
            let (reporting, intake) = (Arc::clone(self), Arc::clone(intake));
            std::thread::Builder::new()
                .name("jkool-metrics".to_owned())
                .spawn(move || {
                    silence_this_thread();
                    reporting.run(&intake);
                })
                .map_err(ReportError::Thread)?;
            plan.is_running = true;
        }
        plan.sources
            .retain(|planned| name.is_none() || planned.name != name);
        plan.sources.push(Planned {
            name,
            due: after(schedule.interval),
            schedule,
            origin,
            source,
        });
        self.changed.notify_all();
        Ok(())
    }

    /// Asks every source at once, before a flush.
    pub(crate) fn flush(&self, intake: &Intake) {
        self.lock().report(Moment::Flush, intake, |_| true);
    }

    /// Asks every source for the last time, and ends the thread. Later calls do nothing.
    pub(crate) fn close(&self, intake: &Intake) {
        let mut plan = self.lock();
        plan.is_closed = true;
        plan.report(Moment::Close, intake, |_| true);
        plan.sources.clear();
        self.changed.notify_all();
    }

    fn run(&self, intake: &Intake) {
        let mut plan = self.lock();
        while !plan.is_closed {
            let now = Instant::now();
            plan.report(Moment::Interval, intake, |planned| {
                let is_due = planned.due <= now;
                if is_due {
                    // From now, not from when it was due: after a machine has slept, one report is enough.
                    planned.due = after(planned.schedule.interval);
                }
                is_due
            });
            let next = plan.sources.iter().map(|planned| planned.due).min();
            let wait = next.map_or(FOREVER, |due| due.saturating_duration_since(Instant::now()));
            plan = self
                .changed
                .wait_timeout(plan, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn report(&mut self, moment: Moment, intake: &Intake, mut is_asked: impl FnMut(&mut Planned) -> bool) {
        self.sources.retain_mut(|planned| {
            // Looked at first, so that what came just before the end is still told.
            let is_over = planned.source.is_over();
            if is_over || is_asked(planned) {
                let Planned {
                    schedule,
                    origin,
                    source,
                    ..
                } = planned;
                source.report(moment, &mut |mut snapshot| {
                    if let Some(category) = &schedule.category {
                        snapshot = snapshot.category(category.clone());
                    }
                    intake.send_report(snapshot.into(), origin).is_ok()
                });
            }
            !is_over
        });
    }
}

impl fmt::Debug for Reporting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporting").finish_non_exhaustive()
    }
}

fn after(interval: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(interval.min(FOREVER)).unwrap_or(now)
}
