//! Many threads, one client: nothing is lost, nothing is altered, order is kept.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jkool_client::transport::testing::Recording;
use jkool_client::{Client, Entity, Event, SendErrorKind};

use crate::PATIENCE;

const THREADS: usize = 8;
const EACH: usize = 20_000;

fn send_from_many_threads(client: &Client) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let logger = client.logger(&format!("thread-{thread}"));
            scope.spawn(move || {
                for number in 0..EACH {
                    let mut entity: Entity = Event::new("work").message(format!("{number}")).into();
                    let deadline = Instant::now() + PATIENCE;
                    while let Err(error) = logger.send(entity) {
                        assert!(matches!(error.kind(), SendErrorKind::QueueFull), "{error}");
                        assert!(Instant::now() < deadline, "the queue stays full");
                        std::thread::sleep(Duration::from_millis(1)); // poll: for room in the queue
                        entity = error.into_entity();
                    }
                }
            });
        }
    });
}

fn check(recording: &Recording) {
    let mut next: HashMap<String, usize> = HashMap::new();
    for record in recording.records() {
        let body: serde_json::Value = serde_json::from_slice(&record.body).unwrap();
        let next = next.entry(record.channel.to_string()).or_default();
        assert_eq!(body["msg-text"], next.to_string(), "{}", record.channel);
        assert_eq!(body["operation"], "work");
        *next += 1;
    }
    assert_eq!(next.len(), THREADS);
    assert!(next.values().all(|next| *next == EACH), "{next:?}");
}

#[test]
fn everything_arrives_once_and_in_the_order_of_its_thread() {
    let recording = Recording::new();
    let client = Client::builder()
        .transport(recording.clone())
        .max_queued_events(10_000)
        .build()
        .unwrap();
    send_from_many_threads(&client);
    client.flush(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(stats.delivered, (THREADS * EACH) as u64);
    assert!(stats.is_balanced() && stats.pending == 0, "{stats:?}");
    check(&recording);
}

#[test]
fn an_ordered_queue_does_the_same() {
    let recording = Recording::new();
    let client = Client::builder()
        .transport(recording.clone())
        .ordered(true)
        .build()
        .unwrap();
    send_from_many_threads(&client);
    client.close(PATIENCE).unwrap();
    check(&recording);
}

#[test]
fn the_limit_is_never_exceeded() {
    let recording = Recording::new();
    let client = Client::builder()
        .transport(recording)
        .max_queued_events(1_000)
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..EACH).for_each(|_| drop(client.send(Event::new("flood"))))))
            .collect();
        while senders.iter().any(|sender| !sender.is_finished()) {
            let pending = client.stats().pending;
            assert!(pending <= 1_000, "{pending}");
        }
    });
    client.flush(PATIENCE).unwrap();
    let stats = client.stats();
    assert!(stats.is_balanced(), "{stats:?}");
    assert_eq!(stats.offered, 4 * EACH as u64);
}
