//! What threads do around the queue, and what must be so whatever their order is.

use std::sync::Arc;
use std::time::Duration;

use jkool_model::EntityKind;
use loom::future::block_on;
use loom::thread;
use tokio::time::Instant;

use crate::queue::{ChannelId, Entry, Gate, Queue, QueueReader, Queued, Rejected};

/// All models, by name.
pub(crate) const ALL: &[(&str, fn())] = &[
    ("a parked worker is woken", a_parked_worker_is_woken),
    ("the limits hold, and all places come back", the_limits_hold),
    (
        "a caller that waits for room is woken",
        a_caller_that_waits_is_woken,
    ),
    (
        "nothing is accepted after closing",
        nothing_is_accepted_after_closing,
    ),
    ("closing wakes who waits for room", closing_wakes_who_waits),
    (
        "dropping the oldest keeps the books",
        dropping_the_oldest_keeps_the_books,
    ),
];

const ENTRY: Entry = Entry {
    kind: EntityKind::Event,
    channel: ChannelId(0),
};

/// Longer than any order takes.
const LONG: Duration = Duration::from_secs(1_000);

fn queue(max_events: usize) -> (Arc<Queue>, QueueReader) {
    let queue = Queue::new(max_events, 1 << 20, true);
    let reader = QueueReader::new(Arc::clone(&queue));
    (queue, reader)
}

fn push(queue: &Queue) -> Result<(), Rejected> {
    queue.push(b"body", ENTRY, None)
}

fn drain(reader: &mut QueueReader) -> Vec<Queued> {
    let mut taken = Vec::new();
    reader.drain(Instant::now(), |queued| taken.push(queued));
    taken
}

/// As the worker: looks, parks, and sleeps until the bell rings.
fn take(reader: &mut QueueReader, count: usize) -> Vec<Queued> {
    let mut taken = drain(reader);
    while taken.len() < count {
        if reader.park() {
            block_on(reader.queue().rung());
        }
        taken.extend(drain(reader));
    }
    taken
}

fn a_parked_worker_is_woken() {
    let (queue, mut reader) = queue(100);
    let senders: Vec<_> = (0..2)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || push(&queue).unwrap())
        })
        .collect();
    let taken = take(&mut reader, 2);
    assert_eq!((taken.len(), queue.accepted(), queue.pending()), (2, 2, 2));
    senders.into_iter().for_each(|sender| sender.join().unwrap());
}

fn the_limits_hold() {
    let (queue, mut reader) = queue(1);
    let senders: Vec<_> = (0..2)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || push(&queue).is_ok())
        })
        .collect();
    let mut taken = drain(&mut reader);
    assert!(taken.len() <= 1 && queue.pending() <= 1);
    let early = taken.len();
    // What is settled makes room, perhaps for the other one.
    taken.clear();
    let accepted = senders
        .into_iter()
        .map(|sender| sender.join().unwrap())
        .filter(|is_accepted| *is_accepted)
        .count();
    assert!(accepted >= 1 && queue.accepted() == accepted as u64);
    let late = drain(&mut reader);
    assert_eq!(early + late.len(), accepted);
    assert_eq!(queue.pending(), late.len());
    drop(late);
    assert_eq!(queue.pending(), 0);
    push(&queue).unwrap();
}

fn a_caller_that_waits_is_woken() {
    let (queue, mut reader) = queue(1);
    push(&queue).unwrap();
    let sender = {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.push_patiently(LONG, b"body", ENTRY, None).unwrap())
    };
    drop(take(&mut reader, 1));
    sender.join().unwrap();
    assert_eq!((queue.accepted(), queue.pending()), (2, 1));
}

fn nothing_is_accepted_after_closing() {
    let (queue, mut reader) = queue(100);
    let sender = {
        let queue = Arc::clone(&queue);
        thread::spawn(move || push(&queue))
    };
    queue.shut(Gate::Closed);
    let accepted = queue.accepted();
    let taken = drain(&mut reader).len();
    let sent = sender.join().unwrap();
    assert_eq!(queue.accepted(), accepted);
    assert_eq!((taken as u64, u64::from(sent.is_ok())), (accepted, accepted));
    assert!(sent.is_ok() || sent == Err(Rejected::Shut(Gate::Closed)));
}

fn closing_wakes_who_waits() {
    let (queue, _reader) = queue(1);
    push(&queue).unwrap();
    let sender = {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.push_patiently(LONG, b"body", ENTRY, None))
    };
    queue.shut(Gate::Closed);
    assert_eq!(sender.join().unwrap(), Err(Rejected::Shut(Gate::Closed)));
}

fn dropping_the_oldest_keeps_the_books() {
    let (queue, mut reader) = queue(1);
    push(&queue).unwrap();
    let dropper = {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.drop_oldest().0)
    };
    let taken = drain(&mut reader);
    let has_dropped = dropper.join().unwrap();
    assert_eq!(taken.len() + usize::from(has_dropped), 1);
    assert_eq!(queue.pending(), taken.len());
    drop(taken);
    assert_eq!(queue.pending(), 0);
    push(&queue).unwrap();
}
