//! The queue as callers and the worker see it.

use jkool_model::EntityKind;

use super::*;

fn entry(channel: u32) -> Entry {
    Entry {
        kind: EntityKind::Event,
        channel: ChannelId(channel),
    }
}

fn drain(reader: &mut QueueReader) -> Vec<Queued> {
    let mut all = Vec::new();
    reader.drain(Instant::now(), |queued| all.push(queued));
    all
}

#[test]
fn gives_back_what_was_put_in() {
    let queue = Queue::new(1000, 1 << 20, false);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    let receipt = Arc::new(ReceiptCell::new());
    queue.push(b"first", entry(1), None).unwrap();
    queue.push(b"", entry(2), Some(&receipt)).unwrap();
    queue.push(b"third", entry(3), None).unwrap();
    let all = drain(&mut reader);
    let seen: Vec<_> = all
        .iter()
        .map(|one| (&one.body[..], one.entry.channel.0, one.receipt.is_some()))
        .collect();
    assert_eq!(
        seen,
        [(&b"first"[..], 1, false), (b"", 2, true), (b"third", 3, false)]
    );
    assert!(Arc::ptr_eq(all[1].receipt.as_ref().unwrap(), &receipt));
    assert_eq!((queue.accepted(), queue.pending()), (3, 3));
    drop(all);
    assert_eq!((queue.accepted(), queue.pending()), (3, 0));
}

#[test]
fn one_thread_gets_exactly_as_many_events_as_allowed() {
    for max in [1, 10, 999, 10_000] {
        let queue = Queue::new(max, 1 << 20, false);
        let mut reader = QueueReader::new(Arc::clone(&queue));
        for round in 0..3 {
            let accepted = (0..max + 5)
                .filter(|_| queue.push(b"x", entry(0), None).is_ok())
                .count();
            assert_eq!((accepted, queue.pending()), (max, max), "round {round}");
            assert_eq!(queue.push(b"x", entry(0), None), Err(Rejected::Full));
            assert_eq!(drain(&mut reader).len(), max);
        }
    }
}

#[test]
fn bytes_are_bounded_and_a_pinned_buffer_counts_in_full() {
    let queue = Queue::new(1000, 100, false);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    (0..10).for_each(|_| queue.push(b"0123456789", entry(0), None).unwrap());
    assert_eq!(queue.push(b"x", entry(0), None), Err(Rejected::Full));
    let mut all = drain(&mut reader);
    all.truncate(1);
    assert_eq!(
        queue.push(b"x", entry(0), None),
        Err(Rejected::Full),
        "one record pins its buffer"
    );
    all.clear();
    queue.push(b"x", entry(0), None).unwrap();
}

#[test]
fn a_record_may_be_larger_than_a_buffer() {
    let queue = Queue::new(1000, 10 << 20, true);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    let sizes = [10, pool::SEGMENT_BYTES, 1, 3 * pool::SEGMENT_BYTES, 70_000, 5];
    for (index, size) in sizes.into_iter().enumerate() {
        queue
            .push(&vec![b'0' + index as u8; size], entry(0), None)
            .unwrap();
    }
    for (index, queued) in drain(&mut reader).into_iter().enumerate() {
        assert_eq!(queued.body.len(), sizes[index]);
        assert!(queued.body.iter().all(|byte| *byte == b'0' + index as u8));
    }
}

#[test]
fn nobody_gets_in_once_it_is_shut() {
    let queue = Queue::new(10, 1000, false);
    queue.shut(Gate::Closed);
    assert_eq!(
        queue.push(b"x", entry(0), None),
        Err(Rejected::Shut(Gate::Closed))
    );
    queue.shut(Gate::Disabled);
    queue.shut(Gate::Closed);
    assert_eq!(
        queue.push(b"x", entry(0), None),
        Err(Rejected::Shut(Gate::Disabled))
    );
}

#[tokio::test]
async fn the_bell_rings_only_for_a_parked_worker() {
    let queue = Queue::new(1000, 1 << 20, false);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    let has_rung = async || tokio::time::timeout(Duration::ZERO, queue.rung()).await.is_ok();
    queue.push(b"x", entry(0), None).unwrap();
    assert!(!has_rung().await);
    assert!(!reader.park(), "there is something to take out");
    drain(&mut reader);
    assert!(reader.park());
    queue.push(b"x", entry(0), None).unwrap();
    assert!(has_rung().await);
    queue.push(b"x", entry(0), None).unwrap();
    assert!(!has_rung().await, "one ring is enough");
}

#[tokio::test]
async fn a_crowd_rings_before_the_tick() {
    let queue = Queue::new(1600, 1 << 30, true);
    for _ in 0..399 {
        queue.push(b"x", entry(0), None).unwrap();
    }
    assert!(tokio::time::timeout(Duration::ZERO, queue.rung()).await.is_err());
    queue.push(b"x", entry(0), None).unwrap();
    assert!(tokio::time::timeout(Duration::ZERO, queue.rung()).await.is_ok());
}

#[test]
fn threads_lose_nothing_and_keep_their_order() {
    const THREADS: u32 = 8;
    const EACH: u32 = 20_000;
    let queue = Queue::new(100_000, 64 << 20, false);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    let mut next = [0_u32; THREADS as usize];
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let queue = &queue;
            scope.spawn(move || {
                for number in 0..EACH {
                    while queue.push(&number.to_le_bytes(), entry(thread), None).is_err() {
                        std::thread::yield_now();
                    }
                }
            });
        }
        let deadline = std::time::Instant::now() + Duration::from_secs(60);
        while next.iter().any(|next| *next < EACH) {
            assert!(std::time::Instant::now() < deadline, "{next:?}");
            reader.drain(Instant::now(), |queued| {
                let next = &mut next[queued.entry.channel.0 as usize];
                assert_eq!(queued.body[..], next.to_le_bytes());
                *next += 1;
            });
        }
    });
    assert_eq!(
        (queue.accepted(), queue.pending()),
        (u64::from(THREADS * EACH), 0)
    );
}

#[test]
fn the_oldest_of_a_shard_can_be_dropped_and_the_rest_stays_whole() {
    let queue = Queue::new(10_000, 1 << 20, true);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    let receipt = Arc::new(ReceiptCell::new());
    let body = |number: usize| number.to_string().repeat(200).into_bytes();
    for number in 0..1_000 {
        let receipt = (number % 3 == 0).then_some(&receipt);
        queue.push(&body(number), entry(0), receipt).unwrap();
    }
    let mut receipts = 0;
    for _ in 0..700 {
        let (is_dropped, receipt) = queue.drop_oldest();
        assert!(is_dropped);
        receipts += usize::from(receipt.is_some());
    }
    assert_eq!((receipts, queue.pending()), (234, 300));
    let rest = drain(&mut reader);
    for (index, queued) in rest.iter().enumerate() {
        assert_eq!(queued.body, body(700 + index));
        assert_eq!(queued.receipt.is_some(), (700 + index) % 3 == 0);
    }
    drop(rest);
    assert_eq!((queue.pending(), queue.budget.bytes_taken()), (0, 0));
    assert!(!queue.drop_oldest().0);
}

#[test]
fn dropping_all_frees_all() {
    let queue = Queue::new(100, 300_000, true);
    for _ in 0..3 {
        while queue.push(&[b'x'; 10_000], entry(0), None).is_ok() {}
        while queue.drop_oldest().0 {}
        assert_eq!((queue.pending(), queue.budget.bytes_taken()), (0, 0));
    }
}

#[test]
fn whoever_waits_for_room_misses_no_wake_up() {
    const EACH: usize = 10_000;
    let queue = Queue::new(8, 1 << 20, true);
    let mut reader = QueueReader::new(Arc::clone(&queue));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let patience = Duration::from_secs(60);
                    queue.push_patiently(patience, b"x", entry(0), None).unwrap();
                }
            });
        }
        let start = std::time::Instant::now();
        let mut taken = 0;
        while taken < 4 * EACH {
            taken += drain(&mut reader).len();
            assert!(
                start.elapsed() < Duration::from_secs(50),
                "a wake-up was missed: {taken}"
            );
        }
    });
}
