//! A client with a spool: what is stored survives, and the books balance.

use std::path::Path;
use std::time::{Duration, Instant};

use jkool_client::transport::testing::{Recording, Scripted, Step};
use jkool_client::transport::{ErrorKind, Outcome};
use jkool_client::{
    BuildError, Client, ClientBuilder, CloseError, Connect, DropReason, Event, Fate, Logger, OnFull,
    RetryPolicy, SendErrorKind, Spool, SpoolMode, State, TransportError,
};

use crate::PATIENCE;

fn nobody_there() -> Scripted {
    let nobody = TransportError::new(ErrorKind::Connect, "nobody there");
    Scripted::new([]).connecting(vec![Err(nobody); 1_000_000])
}

fn builder(transport: impl Connect, dir: &Path, mode: SpoolMode) -> ClientBuilder {
    Client::builder()
        .transport(transport)
        .ordered(true)
        .retry(RetryPolicy::default().max_delay(Duration::from_millis(20)))
        .spool(Spool::new(dir).mode(mode))
}

fn send_numbered(orders: &Logger, numbers: std::ops::Range<usize>) {
    for number in numbers {
        orders.send(Event::new(format!("event {number}"))).unwrap();
    }
}

/// The numbers of the events, in the order of their arrival.
fn arrived(bodies: &[String]) -> Vec<usize> {
    bodies
        .iter()
        .map(|body| {
            let (_, rest) = body.split_once("\"event ").unwrap();
            rest.split_once('"').unwrap().0.parse().unwrap()
        })
        .collect()
}

fn taken(scripted: &Scripted) -> Vec<usize> {
    let bodies: Vec<String> = scripted
        .taken()
        .iter()
        .map(|record| String::from_utf8_lossy(&record.body).into_owned())
        .collect();
    arrived(&bodies)
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(1)); // poll: for what the caller waits for
    }
}

fn assert_balanced(client: &Client) {
    let stats = client.stats();
    assert!(stats.is_balanced(), "{stats:?}");
}

#[test]
fn write_ahead_stores_before_it_delivers_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let far_end = nobody_there();
    let client = builder(far_end.clone(), dir.path(), SpoolMode::WriteAhead)
        .build()
        .unwrap();
    let orders = client.logger("orders");
    send_numbered(&orders, 0..500);
    let receipt = orders.send_tracked(Event::new("event 500")).unwrap();
    let stored = receipt.wait(State::Stored, PATIENCE).unwrap();
    assert!(matches!(stored, Fate::Pending(State::Stored)), "{stored:?}");
    let stats = client.stats();
    assert_eq!((stats.stored, stats.pending, stats.accepted), (501, 501, 501));
    assert!(stats.is_balanced());
    far_end.heal();
    client.flush(PATIENCE).unwrap();
    assert!(matches!(receipt.fate(), Some(Fate::Delivered)));
    assert_eq!(taken(&far_end), (0..=500).collect::<Vec<_>>());
    assert_balanced(&client);
    assert_eq!(client.stats().stored, 0);
    client.close(PATIENCE).unwrap();
    assert_eq!(jkool_client::SpoolStatus::read(dir.path()).unwrap().records(), 0);
}

#[test]
fn what_is_left_at_close_is_stored_and_the_next_client_delivers_it() {
    for mode in [SpoolMode::Overflow, SpoolMode::WriteAhead] {
        let dir = tempfile::tempdir().unwrap();
        let client = builder(nobody_there(), dir.path(), mode).build().unwrap();
        let orders = client.logger("orders");
        send_numbered(&orders, 0..1_999);
        let receipt = orders.send_tracked(Event::new("event 1999")).unwrap();
        if mode == SpoolMode::WriteAhead {
            wait_until("all stored", || client.stats().stored == 2_000);
        }
        let start = Instant::now();
        assert_eq!(
            client.close(Duration::ZERO),
            Err(CloseError::Stored { stored: 2_000 }),
            "{mode:?}"
        );
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        assert!(
            matches!(receipt.fate(), Some(Fate::Stored)),
            "{:?}",
            receipt.fate()
        );
        let stats = client.stats();
        assert_eq!((stats.stored, stats.dropped.total()), (2_000, 0));
        assert!(stats.is_balanced());

        let recording = Recording::new();
        let next = builder(recording.clone(), dir.path(), mode).build().unwrap();
        send_numbered(&next.logger("orders"), 2_000..2_001);
        next.flush(PATIENCE).unwrap();
        assert_eq!(arrived(&recording.bodies()), (0..=2_000).collect::<Vec<_>>());
        assert_eq!(&*recording.records()[0].channel, "orders");
        let stats = next.stats();
        assert_eq!((stats.adopted, stats.accepted, stats.pending), (2_000, 1, 0));
        assert!(stats.is_balanced());
        next.close(PATIENCE).unwrap();
    }
}

#[test]
fn overflow_takes_what_memory_cannot_hold_and_keeps_the_order() {
    let dir = tempfile::tempdir().unwrap();
    let far_end = nobody_there();
    let client = builder(far_end.clone(), dir.path(), SpoolMode::Overflow)
        .max_queued_events(1_000)
        .on_full(OnFull::Block(PATIENCE))
        .build()
        .unwrap();
    let orders = client.logger("orders");
    send_numbered(&orders, 0..20_000);
    wait_until("enough stored", || client.stats().stored >= 19_000);
    assert_balanced(&client);
    assert_eq!(client.stats().pending, 20_000);
    far_end.heal();
    send_numbered(&orders, 20_000..20_010);
    client.flush(PATIENCE).unwrap();
    assert_eq!(taken(&far_end), (0..20_010).collect::<Vec<_>>());
    assert_balanced(&client);
    // Empty again: what comes now does not touch the disk.
    let stored = client.spool_stats().unwrap().stored;
    send_numbered(&orders, 20_010..20_020);
    client.flush(PATIENCE).unwrap();
    assert_eq!(client.spool_stats().unwrap().stored, stored);
    client.close(PATIENCE).unwrap();
}

#[test]
fn overflow_leaves_the_disk_alone_while_all_goes_well() {
    let dir = tempfile::tempdir().unwrap();
    let recording = Recording::new();
    let client = builder(recording.clone(), dir.path(), SpoolMode::Overflow)
        .build()
        .unwrap();
    send_numbered(&client.logger("orders"), 0..1_000);
    client.flush(PATIENCE).unwrap();
    let stats = client.spool_stats().unwrap();
    assert_eq!((stats.stored, stats.file_bytes), (0, 0));
    client.close(PATIENCE).unwrap();
}

#[test]
fn a_full_disk_and_a_full_queue_hand_back_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let far_end = nobody_there();
    let spool = Spool::new(dir.path())
        .mode(SpoolMode::WriteAhead)
        .max_file_bytes(2 << 20);
    let client = builder(far_end.clone(), dir.path(), SpoolMode::WriteAhead)
        .spool(spool)
        .max_queued_events(2_000)
        .build()
        .unwrap();
    let orders = client.logger("orders");
    let mut accepted = 0;
    let mut is_full_in_row = 0;
    while is_full_in_row < 200 {
        match orders.send(Event::new(format!("event {accepted}"))) {
            Ok(()) => (accepted, is_full_in_row) = (accepted + 1, 0),
            Err(error) => {
                assert!(matches!(error.kind(), SendErrorKind::QueueFull), "{error:?}");
                is_full_in_row += 1;
                std::thread::sleep(Duration::from_millis(2)); // poll: for the disk to be full, too
            }
        }
        assert!(accepted < 100_000);
    }
    assert!(accepted > 3_000, "{accepted}");
    assert_balanced(&client);
    far_end.heal();
    client.flush(PATIENCE).unwrap();
    assert_eq!(taken(&far_end), (0..accepted).collect::<Vec<_>>());
    assert_balanced(&client);
    client.close(PATIENCE).unwrap();
}

#[test]
fn what_can_never_be_stored_is_delivered_from_memory() {
    let dir = tempfile::tempdir().unwrap();
    let recording = Recording::new();
    let client = builder(recording.clone(), dir.path(), SpoolMode::WriteAhead)
        .spool(
            Spool::new(dir.path())
                .mode(SpoolMode::WriteAhead)
                .max_file_bytes(1 << 20),
        )
        .build()
        .unwrap();
    let orders = client.logger("orders");
    let huge = Event::new("event 0").message("x".repeat(200_000));
    orders.send(huge).unwrap();
    send_numbered(&orders, 1..10);
    client.flush(PATIENCE).unwrap();
    let mut numbers = arrived(&recording.bodies());
    numbers.sort_unstable();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    assert_balanced(&client);
    client.close(PATIENCE).unwrap();
}

#[test]
fn a_flush_with_a_spool_waits_until_all_is_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let slow = Scripted::new(vec![Step::DeliverAfter(Duration::from_millis(2)); 200]);
    let client = builder(slow.clone(), dir.path(), SpoolMode::WriteAhead)
        .build()
        .unwrap();
    send_numbered(&client.logger("orders"), 0..200);
    client.flush(PATIENCE).unwrap();
    assert_eq!(taken(&slow).len(), 200);
    assert_balanced(&client);
    client.close(PATIENCE).unwrap();
}

#[test]
fn refused_and_expired_events_leave_the_disk_too() {
    let dir = tempfile::tempdir().unwrap();
    let refusal = jkool_client::Refusal::new(jkool_client::RefusalKind::Invalid, "no such field");
    let refusing = Scripted::new([Step::Settle(Outcome::Refused(refusal)), Step::Stall]);
    let client = builder(refusing, dir.path(), SpoolMode::WriteAhead)
        .delivery_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    send_numbered(&client.logger("orders"), 0..2);
    client.flush(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(
        (
            stats.dropped.get(DropReason::Refused),
            stats.dropped.get(DropReason::Expired)
        ),
        (1, 1)
    );
    assert!(stats.is_balanced());
    client.close(PATIENCE).unwrap();
    assert_eq!(jkool_client::SpoolStatus::read(dir.path()).unwrap().records(), 0);
}

#[test]
fn without_a_time_out_nothing_in_a_spool_expires() {
    let dir = tempfile::tempdir().unwrap();
    let client = builder(nobody_there(), dir.path(), SpoolMode::Overflow)
        .build()
        .unwrap();
    client.send(Event::new("event 0")).unwrap();
    assert!(client.flush(Duration::from_millis(50)).is_err());
    assert_eq!(client.stats().pending, 1);
    assert_eq!(
        client.close(Duration::ZERO),
        Err(CloseError::Stored { stored: 1 })
    );
}

#[test]
fn a_directory_that_cannot_be_is_an_error_of_build() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let error = builder(Recording::new(), &file.join("spool"), SpoolMode::Overflow)
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::Spool(_)));
    let spool = Spool::new(dir.path()).max_file_bytes(5);
    let error = Client::builder()
        .transport(Recording::new())
        .spool(spool)
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::Spool(_)));
}

#[tokio::test]
async fn that_an_event_is_stored_can_be_awaited() {
    let dir = tempfile::tempdir().unwrap();
    let client = builder(nobody_there(), dir.path(), SpoolMode::WriteAhead)
        .build()
        .unwrap();
    let receipt = client.send_tracked(Event::new("event 0")).unwrap();
    assert!(matches!(receipt.stored().await, Fate::Pending(State::Stored)));
    assert_eq!(
        client.close_async(Duration::ZERO).await,
        Err(CloseError::Stored { stored: 1 })
    );
    assert!(matches!(receipt.await, Fate::Stored));
}
