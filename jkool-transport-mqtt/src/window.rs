//! Which records are under way, and what became of them. Pure book-keeping: no I/O, no clock.

use std::collections::VecDeque;

use jkool_transport::{Batch, Outcome, Record, Report, TransportError};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::admission::Admission;

/// A batch on its way, and where its outcomes go.
pub(crate) struct Job {
    pub(crate) batch: Batch,
    pub(crate) report: Report,
    /// Told once all records are settled, or the link failed. Closed early if nobody waits any more.
    pub(crate) done: oneshot::Sender<Result<(), TransportError>>,
}

/// The records of all overlapping sends, in order: waiting, requested from the event loop, written and waiting for
/// the acknowledgement of their packet id.
pub(crate) struct Window {
    admission: Admission,
    /// How many records may be requested or unacknowledged.
    size: usize,
    /// How many packet ids are used in turn.
    packet_ids: u64,
    /// The jobs with a record that is not settled, and some between them that are done. `first_job` numbers the first.
    jobs: VecDeque<Open>,
    first_job: u64,
    /// The number of the job whose records are requested next.
    next_job: u64,
    /// Requested from the event loop, which has not written them yet.
    requested: VecDeque<Flight>,
    /// Written, in order.
    unacknowledged: VecDeque<Written>,
    /// Since when the first of the unacknowledged is the one that is due.
    due_since: Option<Instant>,
    /// How many records were written with a packet id.
    written: u64,
}

struct Open {
    job: Option<Job>,
    next: usize,
    unsettled: usize,
}

/// A record: the number of its job, and its place in the batch.
struct Flight {
    job: u64,
    index: usize,
}

struct Written {
    packet_id: u16,
    /// The how-manieth record with a packet id it was.
    number: u64,
    flight: Flight,
}

impl Window {
    pub(crate) fn new(admission: Admission, size: u16, packet_ids: u16) -> Self {
        Self {
            admission,
            size: size.into(),
            packet_ids: packet_ids.into(),
            jobs: VecDeque::new(),
            first_job: 0,
            next_job: 0,
            requested: VecDeque::new(),
            unacknowledged: VecDeque::new(),
            due_since: None,
            written: 0,
        }
    }

    /// Takes a batch, behind those it has.
    pub(crate) fn push(&mut self, job: Job) {
        self.jobs.push_back(Open {
            next: 0,
            unsettled: job.batch.len(),
            job: Some(job),
        });
    }

    /// Whether every record is settled.
    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Since when the acknowledgement that is due next is awaited.
    pub(crate) fn due_since(&self) -> Option<Instant> {
        self.due_since
    }

    /// The next record to be requested from the event loop, if the window has room: its topic and the record. It
    /// counts as requested from now on. Records that cannot be published are refused on the way.
    pub(crate) fn next(&mut self) -> Option<(&str, &Record)> {
        if self.requested.len() + self.unacknowledged.len() >= self.size || self.would_repeat_packet_id() {
            return None;
        }
        let (job, index) = self.advance()?;
        self.requested.push_back(Flight { job, index });
        let open = self.jobs.get(usize::try_from(job - self.first_job).ok()?)?;
        let record = open.job.as_ref()?.batch.get(index)?;
        Some((self.admission.topic_of(&record.channel), record))
    }

    /// The event loop has written the record it was asked for first, with this packet id, or 0 without one.
    pub(crate) fn on_written(&mut self, packet_id: u16, now: Instant) {
        let Some(flight) = self.requested.pop_front() else {
            return;
        };
        if packet_id == 0 {
            self.settle(&flight, Outcome::Handed);
            return;
        }
        self.due_since.get_or_insert(now);
        self.unacknowledged.push_back(Written {
            packet_id,
            number: self.written,
            flight,
        });
        self.written += 1;
    }

    /// The broker has confirmed a packet id.
    pub(crate) fn on_acknowledged(&mut self, packet_id: u16, now: Instant) {
        // The protocol has acknowledgements come in order, so it is nearly always the first.
        let is_it = |written: &Written| written.packet_id == packet_id;
        let Some(position) = self.unacknowledged.iter().position(is_it) else {
            return;
        };
        let Some(written) = self.unacknowledged.remove(position) else {
            return;
        };
        if position == 0 {
            self.due_since = (!self.unacknowledged.is_empty()).then_some(now);
        }
        self.settle(&written.flight, Outcome::Delivered);
    }

    /// The link failed. `perhaps_written` of the requested records may have left without our being told; the rest
    /// has not.
    pub(crate) fn fail(&mut self, error: &TransportError, perhaps_written: usize) {
        let requested = std::mem::take(&mut self.requested);
        let written = std::mem::take(&mut self.unacknowledged);
        let in_doubt = written
            .into_iter()
            .map(|written| written.flight)
            .chain(requested.into_iter().take(perhaps_written));
        for flight in in_doubt {
            if let Some(job) = self.open(flight.job).and_then(|open| open.job.as_ref()) {
                job.report.settle(flight.index, Outcome::Unknown(error.clone()));
            }
        }
        for job in self.jobs.drain(..).filter_map(|open| open.job) {
            job.fail(error);
        }
        self.due_since = None;
    }

    /// A packet id may not be used again before its acknowledgement: rumqttc would stop for good.
    fn would_repeat_packet_id(&self) -> bool {
        let next = self.written + self.requested.len() as u64;
        self.unacknowledged
            .front()
            .is_some_and(|oldest| next - oldest.number >= self.packet_ids)
    }

    /// Goes to the next record that can be published.
    fn advance(&mut self) -> Option<(u64, usize)> {
        loop {
            self.next_job = self.next_job.max(self.first_job);
            let number = self.next_job;
            let open = self
                .jobs
                .get_mut(usize::try_from(number - self.first_job).ok()?)?;
            let Some(job) = open.job.as_ref() else {
                self.next_job += 1;
                continue;
            };
            if job.done.is_closed() {
                // Nobody waits any more, so these records count as unknown and will come again.
                let left = job.batch.len() - open.next;
                open.next += left;
                self.next_job += 1;
                self.count_down(number, left);
                continue;
            }
            let index = open.next;
            let Some(record) = job.batch.get(index) else {
                self.next_job += 1;
                continue;
            };
            open.next += 1;
            match self.admission.check(&record.channel, record.body.len()) {
                Ok(()) => return Some((number, index)),
                Err(refusal) => self.settle(&Flight { job: number, index }, Outcome::Refused(refusal)),
            }
        }
    }

    fn settle(&mut self, flight: &Flight, outcome: Outcome) {
        if let Some(job) = self.open(flight.job).and_then(|open| open.job.as_ref()) {
            job.report.settle(flight.index, outcome);
        }
        self.count_down(flight.job, 1);
    }

    /// So many records of a job are done with.
    fn count_down(&mut self, number: u64, records: usize) {
        let Some(open) = self.open(number) else {
            return;
        };
        open.unsettled -= records;
        if open.unsettled > 0 {
            return;
        }
        if let Some(job) = open.job.take() {
            job.finish();
        }
        while self.jobs.front().is_some_and(|open| open.job.is_none()) {
            self.jobs.pop_front();
            self.first_job += 1;
        }
    }

    fn open(&mut self, number: u64) -> Option<&mut Open> {
        let position = number.checked_sub(self.first_job)?;
        self.jobs.get_mut(usize::try_from(position).ok()?)
    }
}

impl Job {
    /// Ends the send with the error: what is not settled was not sent.
    pub(crate) fn fail(self, error: &TransportError) {
        mark_not_sent(&self.report, error);
        // If nobody waits any more, nobody needs to know.
        let _ = self.done.send(Err(error.clone()));
    }

    fn finish(self) {
        let _ = self.done.send(Ok(()));
    }
}

/// Says that the open records were not sent, unless the error says so itself.
pub(crate) fn mark_not_sent(report: &Report, error: &TransportError) {
    if !error.kind().is_before_sending() {
        report.settle_rest(&Outcome::NotSent(error.clone()));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::sync::Arc;

    use jkool_model::EntityKind;
    use jkool_transport::{ErrorKind, Settlements};

    use super::*;
    use crate::QualityOfService;

    fn window(size: u16, packet_ids: u16) -> Window {
        let admission = Admission {
            topic: None,
            quality: QualityOfService::AtLeastOnce,
            max_packet_bytes: 1_000,
        };
        Window::new(admission, size, packet_ids)
    }

    type Waiting = (Settlements, oneshot::Receiver<Result<(), TransportError>>);

    /// A batch of so many records; every fifth cannot be published.
    fn job(records: usize) -> (Job, Waiting) {
        let channel = |index| if index % 5 == 4 { "#" } else { "test" };
        let batch: Batch = (0..records)
            .map(|index| Record::new(EntityKind::Event, Arc::from(channel(index)), "{}"))
            .collect();
        let (report, settlements) = Report::new(records);
        let (done, finished) = oneshot::channel();
        (Job { batch, report, done }, (settlements, finished))
    }

    fn failure() -> TransportError {
        TransportError::new(ErrorKind::Io, "reset")
    }

    /// Random traffic: batches come, some senders give up, acknowledgements come in any order, and in half of the
    /// runs the link breaks at the end.
    #[test]
    fn every_record_is_settled_once_whatever_happens() {
        for seed in 0..300 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (size, packet_ids) = (rng.u16(1..8), 16);
            let mut window = window(size, packet_ids);
            let now = Instant::now();
            let mut waiting = Vec::new();
            let mut requested = 0;
            let mut next_packet_id = 0;
            let mut in_flight = BTreeSet::new();
            for _ in 0..300 {
                match rng.u8(0..10) {
                    0 => {
                        let (job, sender) = job(rng.usize(1..12));
                        window.push(job);
                        waiting.push(Some(sender));
                    }
                    1 if rng.bool() => {
                        // Gives up while anything may be open.
                        if let Some(sender) = waiting.last_mut() {
                            *sender = None;
                        }
                    }
                    2..=4 => {
                        while window.next().is_some() {
                            requested += 1;
                        }
                    }
                    5..=7 if requested > 0 => {
                        requested -= 1;
                        let packet_id = next_packet_id % packet_ids + 1;
                        next_packet_id += 1;
                        assert!(in_flight.insert(packet_id), "packet id used twice");
                        window.on_written(packet_id, now);
                    }
                    _ => {
                        let ids: Vec<u16> = in_flight.iter().copied().collect();
                        if let Some(packet_id) = rng.choice(ids) {
                            in_flight.remove(&packet_id);
                            window.on_acknowledged(packet_id, now);
                        }
                    }
                }
                assert!(requested + in_flight.len() <= size.into(), "more than the window");
                assert_eq!(window.due_since().is_some(), !in_flight.is_empty());
            }
            let is_broken = rng.bool();
            if is_broken {
                window.fail(&failure(), rng.usize(0..3));
            } else {
                while !window.is_empty() {
                    while window.next().is_some() {
                        requested += 1;
                    }
                    for _ in 0..std::mem::take(&mut requested) {
                        let packet_id = next_packet_id % packet_ids + 1;
                        next_packet_id += 1;
                        in_flight.insert(packet_id);
                        window.on_written(packet_id, now);
                    }
                    if let Some(packet_id) = in_flight.pop_first() {
                        window.on_acknowledged(packet_id, now);
                    }
                }
            }
            assert!(window.is_empty());
            for (settlements, mut finished) in waiting.into_iter().flatten() {
                let result = finished.try_recv().expect("a send still waits");
                assert!(result.is_ok() || is_broken, "{result:?}");
                assert_eq!(settlements.open(), 0, "seed {seed}");
                let settled = settlements.finish(Some(result));
                let indexes: HashSet<usize> = settled.iter().map(|one| one.index).collect();
                assert_eq!(indexes.len(), settled.len());
                for one in settled {
                    match one.outcome {
                        Outcome::Refused(_) => assert_eq!(one.index % 5, 4),
                        Outcome::Delivered => assert_ne!(one.index % 5, 4),
                        _ => assert!(is_broken),
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_may_have_left_is_in_doubt() {
        let mut window = window(4, 100);
        let (job, (settlements, _finished)) = job(4);
        window.push(job);
        while window.next().is_some() {}
        window.on_written(1, Instant::now());
        window.fail(&failure(), 1);
        let mut settled = settlements.finish(Some(Err(failure())));
        settled.sort_by_key(|one| one.index);
        let is_in_doubt = |one: &jkool_transport::Settled| matches!(one.outcome, Outcome::Unknown(_));
        let in_doubt: Vec<bool> = settled.iter().map(is_in_doubt).collect();
        assert_eq!(in_doubt, [true, true, false, false]);
    }
}
