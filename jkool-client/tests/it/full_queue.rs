//! What happens to events for which there is no room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jkool_client::transport::testing::{Scripted, Step};
use jkool_client::transport::{ErrorKind, Limits, Outcome};
use jkool_client::{
    Client, DropReason, Event, Fate, Logger, OnFull, RetryPolicy, SendErrorKind, TransportError,
};

use crate::PATIENCE;

fn nobody_there() -> Scripted {
    let nobody = TransportError::new(ErrorKind::Connect, "nobody there");
    Scripted::new([]).connecting(vec![Err(nobody); 100_000])
}

fn send_numbered(orders: &Logger, count: usize) {
    for number in 0..count {
        orders.send(Event::new(format!("event {number}"))).unwrap();
    }
}

/// The numbers of the events that arrived, in order.
fn arrived(scripted: &Scripted) -> Vec<usize> {
    let number = |body: String| {
        let (_, rest) = body.split_once("\"event ").unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    scripted
        .taken()
        .iter()
        .map(|record| number(String::from_utf8_lossy(&record.body).into_owned()))
        .collect()
}

#[test]
fn the_oldest_make_room_and_each_is_counted() {
    // With the worker asleep, at work in between, and with bytes or events short.
    for (events, bytes, is_slow) in [
        (10, 1 << 20, false),
        (10, 1 << 20, true),
        (100_000, 200_000, false),
        (100_000, 200_000, true),
    ] {
        let far_end = nobody_there();
        let client = Client::builder()
            .transport(far_end.clone())
            .max_queued_events(events)
            .max_queued_bytes(bytes)
            .on_full(OnFull::DropOldest)
            .ordered(true)
            .retry(RetryPolicy::default().max_delay(Duration::from_millis(20)))
            .build()
            .unwrap();
        let orders = client.logger("orders");
        let first = orders.send_tracked(Event::new("event 0")).unwrap();
        for number in 1..3_000 {
            orders.send(Event::new(format!("event {number}"))).unwrap();
            if is_slow && number % 500 == 0 {
                let tries = far_end.connected();
                wait_until(|| far_end.connected() > tries);
            }
        }
        match first.wait(jkool_client::State::Delivered, PATIENCE).unwrap() {
            Fate::Dropped(dropped) => assert_eq!(dropped.reason(), DropReason::QueueFull),
            other => panic!("{other:?}"),
        }
        let stats = client.stats();
        assert!(stats.is_balanced(), "{stats}");
        assert_eq!((stats.accepted, stats.refused), (3_000, 0));
        assert_eq!(stats.dropped.get(DropReason::QueueFull), stats.dropped.total());
        far_end.heal();
        client.flush(PATIENCE).unwrap();
        let kept = arrived(&far_end);
        // The newest are all there, in order, and nothing else is.
        assert_eq!(kept, (3_000 - kept.len()..3_000).collect::<Vec<_>>());
        assert!(kept.len() <= events && !kept.is_empty());
        assert!(events > 10 || kept.len() == 10, "{}", kept.len());
        assert!(client.stats().is_balanced());
    }
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(1)); // poll: for the worker to get there
    }
}

#[test]
fn what_is_under_way_is_not_dropped() {
    let stalled = Scripted::new(vec![Step::Stall; 8]).with_limits(Limits::default().sends(8, 1));
    let client = Client::builder()
        .transport(stalled.clone())
        .max_queued_events(4)
        .on_full(OnFull::DropOldest)
        .build()
        .unwrap();
    let orders = client.logger("orders");
    send_numbered(&orders, 4);
    wait_until(|| stalled.attempts().len() == 4);
    let error = orders.send(Event::new("event 4")).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::QueueFull));
    assert!(client.close(Duration::ZERO).is_err());
    assert!(client.stats().is_balanced());
}

#[test]
fn a_blocked_caller_sleeps_until_there_is_room() {
    let slow = Scripted::new([Step::DeliverAfter(Duration::from_millis(200))]);
    let client = Client::builder()
        .transport(slow.clone())
        .max_queued_events(1)
        .on_full(OnFull::Block(PATIENCE))
        .build()
        .unwrap();
    let start = Instant::now();
    send_numbered(&client.logger("orders"), 2);
    assert!(
        start.elapsed() >= Duration::from_millis(190),
        "{:?}",
        start.elapsed()
    );
    client.close(PATIENCE).unwrap();
    assert_eq!((arrived(&slow), client.stats().refused), (vec![0, 1], 0));
}

#[test]
fn blocked_callers_lose_nothing_and_all_get_in() {
    const EACH: usize = 5_000;
    let healthy = Scripted::new([]);
    let client = Client::builder()
        .transport(healthy.clone())
        .max_queued_events(50)
        .on_full(OnFull::Block(PATIENCE))
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| send_numbered(&client.logger("orders"), EACH));
        }
    });
    client.close(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!((stats.delivered, stats.refused), (4 * EACH as u64, 0));
    assert!(stats.is_balanced());
}

#[test]
fn a_blocked_caller_gets_its_event_back_in_time() {
    let client = Client::builder()
        .transport(nobody_there())
        .max_queued_events(1)
        .on_full(OnFull::Block(Duration::from_millis(100)))
        .build()
        .unwrap();
    let orders = client.logger("orders");
    orders.send(Event::new("event 0")).unwrap();
    let start = Instant::now();
    let error = orders.send(Event::new("event 1")).unwrap_err();
    let elapsed = start.elapsed();
    assert!(matches!(error.kind(), SendErrorKind::QueueFull));
    assert_eq!(error.into_entity().kind(), jkool_client::EntityKind::Event);
    assert!(
        (Duration::from_millis(100)..Duration::from_millis(1_100)).contains(&elapsed),
        "{elapsed:?}"
    );
}

#[test]
fn closing_wakes_those_who_wait_for_room() {
    let client = Client::builder()
        .transport(nobody_there())
        .max_queued_events(1)
        .on_full(OnFull::Block(Duration::MAX))
        .build()
        .unwrap();
    let orders = client.logger("orders");
    orders.send(Event::new("event 0")).unwrap();
    std::thread::scope(|scope| {
        let blocked = scope.spawn(|| orders.send(Event::new("event 1")).unwrap_err());
        wait_until(|| client.stats().offered == 2);
        client.close(Duration::ZERO).unwrap_err();
        assert!(matches!(blocked.join().unwrap().kind(), SendErrorKind::Closed));
    });
    assert!(client.stats().is_balanced());
}

#[test]
fn a_callback_never_waits_for_room() {
    let refused = TransportError::new(ErrorKind::Unauthorized, "refused");
    let slot: Arc<std::sync::OnceLock<Logger>> = Arc::default();
    let inner = Arc::clone(&slot);
    let (told, hear) = std::sync::mpsc::channel();
    let client = Client::builder()
        .transport(Scripted::new([Step::Settle(Outcome::NotSent(refused))]))
        .max_queued_events(1)
        .on_full(OnFull::Block(Duration::MAX))
        .on_alarm(move |_| {
            let full = inner.wait().send(Event::new("event 1")).unwrap_err();
            told.send(full.kind().to_string()).unwrap();
        })
        .build()
        .unwrap();
    slot.set(client.logger("orders")).unwrap();
    client.send(Event::new("event 0")).unwrap();
    assert!(hear.recv_timeout(PATIENCE).unwrap().contains("full"));
    // The callback keeps the client open; it is closed by hand.
    client.close(Duration::from_secs(2)).unwrap();
}
