//! How long deliveries take.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::reporting::Distribution;

/// Noted by the worker, taken by whoever reports it. Until somebody does, nothing is noted.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    is_watched: AtomicBool,
    notes: Mutex<Notes>,
}

/// In microseconds.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// From handing a record to the transport to the confirmation.
    pub(crate) send: Distribution,
    /// From taking a record out of the queue to the confirmation, with all tries and waits between.
    pub(crate) delivery: Distribution,
}

#[derive(Debug, Default)]
struct Notes {
    times: Times,
    /// The last one, and how many times it came in a row: the records of a batch are confirmed together.
    last: Option<(Note, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Note {
    send: Duration,
    delivery: Duration,
}

impl Latency {
    /// From now on times are noted.
    pub(crate) fn watch(&self) {
        self.is_watched.store(true, Ordering::Relaxed);
    }

    /// A record was confirmed.
    #[inline]
    pub(crate) fn note(&self, send: Duration, delivery: Duration) {
        if self.is_watched.load(Ordering::Relaxed) {
            self.lock().note(Note { send, delivery });
        }
    }

    /// What was noted since the last time.
    pub(crate) fn take(&self) -> Times {
        let mut notes = self.lock();
        notes.settle();
        std::mem::take(&mut notes.times)
    }

    /// Notes again what could not be reported.
    pub(crate) fn put_back(&self, times: &Times) {
        let mut notes = self.lock();
        notes.times.send.merge(&times.send);
        notes.times.delivery.merge(&times.delivery);
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    fn note(&mut self, note: Note) {
        match &mut self.last {
            Some((last, times)) if *last == note => *times += 1,
            _ => {
                self.settle();
                self.last = Some((note, 1));
            }
        }
    }

    fn settle(&mut self) {
        if let Some((note, times)) = self.last.take() {
            self.times.send.record(microseconds(note.send), times);
            self.times.delivery.record(microseconds(note.delivery), times);
        }
    }
}

/// Whole ones: what a clock says beyond them is noise.
fn microseconds(time: Duration) -> f64 {
    time.as_micros() as f64
}
