//! What reports by itself, as it arrives at a collector.
#![expect(clippy::panic, reason = "a failed test must fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jkool_client::{Client, Dataset, Entity, Event, Meter, PropertyValue, ReportError, Snapshot};
use jkool_collector::Collector;

use crate::PATIENCE;

/// Long enough never to pass in a test.
const NEVER: Duration = Duration::from_secs(3_600);
/// Short enough to pass many times.
const OFTEN: Duration = Duration::from_millis(20);

pub(crate) async fn collector_and_client() -> (Collector, Client) {
    let collector = Collector::builder().token("canary").start().await.unwrap();
    let client = Client::builder()
        .http("canary")
        .url(collector.url())
        .build()
        .unwrap();
    (collector, client)
}

fn one_at_a_time(collector: &Collector) -> Client {
    Client::builder()
        .http("any")
        .url(collector.url())
        .in_flight(1)
        .build()
        .unwrap()
}

/// The snapshots of this name that have arrived, in order.
pub(crate) fn snapshots(collector: &Collector, name: &str) -> Vec<Snapshot> {
    let received = collector.received();
    let entities = received.iter().map(|one| one.entity().clone());
    let mut snapshots: Vec<_> = entities
        .filter_map(|entity| match entity {
            Entity::Snapshot(snapshot) if snapshot.get_name() == Some(name) => Some(snapshot),
            _ => None,
        })
        .collect();
    // Requests overtake each other.
    snapshots.sort_by_key(Snapshot::get_time);
    snapshots
}

/// The value of a property, and what it measures.
pub(crate) fn property<'a>(snapshot: &'a Snapshot, name: &str) -> (&'a PropertyValue, &'a str) {
    let property = snapshot
        .get_properties()
        .iter()
        .find(|property| property.name() == name)
        .unwrap_or_else(|| panic!("no {name} in {snapshot:?}"));
    (
        property.value(),
        property
            .get_value_type()
            .map_or("", |value_type| value_type.as_str()),
    )
}

pub(crate) fn number(snapshot: &Snapshot, name: &str) -> f64 {
    match property(snapshot, name).0 {
        PropertyValue::Int(number) => *number as f64,
        PropertyValue::Float(number) => *number,
        other => panic!("{name} is {other:?}"),
    }
}

/// Waits until this many snapshots of the name have arrived.
pub(crate) async fn wait_for(collector: &Collector, name: &str, count: usize) -> Vec<Snapshot> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let arrived = snapshots(collector, name);
        if arrived.len() >= count {
            return arrived;
        }
        assert!(Instant::now() < deadline, "{} of {count} {name}", arrived.len());
        tokio::time::sleep(Duration::from_millis(5)).await; // poll: for what the interval brings
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_and_datasets_by_hand() {
    let (collector, client) = collector_and_client().await;
    client
        .snapshot(Snapshot::new("Payment").property("amount", 99.5))
        .unwrap();
    client
        .dataset(Dataset::new("prices").property("apple", 1.2))
        .unwrap();
    client.close_async(PATIENCE).await.unwrap();
    let payments = snapshots(&collector, "Payment");
    assert_eq!(property(&payments[0], "amount").0, &PropertyValue::Float(99.5));
    assert!(payments[0].get_tracking_id().is_some());
    assert!(
        collector.received().iter().any(
            |one| matches!(one.entity(), Entity::Dataset(dataset) if dataset.get_name() == Some("prices"))
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_loses_nothing_between_its_intervals() {
    let (collector, client) = collector_and_client().await;
    let meter = Meter::new("Checkout").category("Order");
    client.report_meter(&meter, OFTEN).unwrap();
    let is_enough = Arc::new(AtomicBool::new(false));
    let counting = std::thread::spawn({
        let (meter, is_enough) = (meter.clone(), Arc::clone(&is_enough));
        move || {
            let mut counted = 0.0;
            while !is_enough.load(Ordering::Relaxed) {
                meter.count("orders", 2);
                meter.record("amount", 10.0);
                counted += 1.0;
            }
            counted
        }
    });
    wait_for(&collector, "Checkout", 3).await;
    is_enough.store(true, Ordering::Relaxed);
    let counted = counting.join().unwrap();
    meter.record_time("pay", Duration::from_millis(3));
    client.flush_async(PATIENCE).await.unwrap();
    let arrived = snapshots(&collector, "Checkout");
    let sum = |name| -> f64 {
        let of = |snapshot: &Snapshot| snapshot.get_properties().iter().any(|one| one.name() == name);
        arrived
            .iter()
            .filter(|snapshot| of(snapshot))
            .map(|snapshot| number(snapshot, name))
            .sum()
    };
    assert_eq!(sum("orders"), 2.0 * counted);
    assert_eq!(
        (sum("amount-count"), sum("amount-sum")),
        (counted, 10.0 * counted)
    );
    let last = arrived.last().unwrap();
    assert_eq!(
        property(last, "pay-p99"),
        (&PropertyValue::Float(3_000.0), "age.usec")
    );
    assert_eq!(last.get_category(), Some("Order"));
    // Nothing counted, nothing sent.
    client.flush_async(PATIENCE).await.unwrap();
    assert_eq!(snapshots(&collector, "Checkout").len(), arrived.len());
    client.close_async(PATIENCE).await.unwrap();
}

#[test]
fn what_the_queue_refuses_is_told_the_next_time() {
    use jkool_client::transport::testing::{Recording, Scripted, Step};

    let scripted = Scripted::new([Step::Stall]);
    let full = Client::builder()
        .transport(scripted)
        .max_queued_events(1)
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    full.send(Event::new("fills the queue")).unwrap();
    let meter = Meter::new("Checkout");
    full.report_meter(&meter, NEVER).unwrap();
    meter.count("orders", 1);
    full.flush(Duration::ZERO).unwrap_err();
    assert_eq!(full.stats().refused, 1);
    meter.count("orders", 1);
    meter.count("amendments", 1);

    let recording = Recording::new();
    let client = Client::builder().transport(recording.clone()).build().unwrap();
    client.report_meter(&meter, NEVER).unwrap();
    client.close(PATIENCE).unwrap();
    let snapshot = Snapshot::from_json(recording.bodies()[0].as_bytes()).unwrap();
    assert_eq!(
        (number(&snapshot, "orders"), number(&snapshot, "amendments")),
        (2.0, 1.0)
    );
}

/// Otherwise a flush or a close would wait for room once for each series.
#[test]
fn a_report_never_waits_for_room() {
    use jkool_client::OnFull;
    use jkool_client::transport::testing::{Scripted, Step};

    let client = Client::builder()
        .transport(Scripted::new([Step::Stall]))
        .max_queued_events(1)
        .on_full(OnFull::Block(PATIENCE))
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    client.send(Event::new("fills the queue")).unwrap();
    let meter = Meter::new("Checkout");
    client.report_meter(&meter, NEVER).unwrap();
    meter.count("orders", 1);
    let start = Instant::now();
    client.flush(Duration::ZERO).unwrap_err();
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
    assert_eq!(client.stats().refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_reports_its_own_numbers() {
    let (collector, client) = collector_and_client().await;
    for number in 0..7 {
        client.send(Event::new("PlaceOrder").reason_code(number)).unwrap();
    }
    client.flush_async(PATIENCE).await.unwrap();
    client.report_stats(NEVER).unwrap();
    client.report_stats(OFTEN).unwrap(); // replaces the one before
    let first = wait_for(&collector, "Delivery", 2).await.remove(0);
    assert_eq!(first.get_category(), Some("jKool"));
    assert_eq!(property(&first, "accepted"), (&PropertyValue::Int(7), "counter"));
    assert_eq!(property(&first, "delivered"), (&PropertyValue::Int(7), "counter"));
    assert_eq!(
        property(&first, "dropped-expired"),
        (&PropertyValue::Int(0), "counter")
    );
    assert_eq!(
        property(&first, "dropped-queue-full"),
        (&PropertyValue::Int(0), "counter")
    );
    assert_eq!(property(&first, "pending"), (&PropertyValue::Int(0), "gauge"));
    client.close_async(PATIENCE).await.unwrap();
    assert!(client.stats().is_balanced());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_how_long_sends_take() {
    const SLOW: Duration = Duration::from_millis(30);
    let collector = Collector::builder()
        .on_entity(|_| std::thread::sleep(SLOW)) // slow: the answer comes no sooner
        .start()
        .await
        .unwrap();
    let client = one_at_a_time(&collector);
    client.send(Event::new("before anybody asks")).unwrap();
    client.flush_async(PATIENCE).await.unwrap();
    client.report_stats(NEVER).unwrap();
    for _ in 0..3 {
        client
            .send(Event::new("PlaceOrder").message("1234567890"))
            .unwrap();
    }
    client.flush_async(PATIENCE).await.unwrap();
    client.close_async(PATIENCE).await.unwrap();
    let last = wait_for(&collector, "Delivery", 1).await.remove(0);
    assert_eq!(
        property(&last, "send-time-count"),
        (&PropertyValue::Int(3), "absolute")
    );
    let slow = SLOW.as_micros() as f64;
    for name in ["min", "max", "p50", "p90", "p99"] {
        let name = format!("send-time-{name}");
        assert!(number(&last, &name) >= slow * (63.0 / 64.0), "{name} {last:?}");
        assert_eq!(property(&last, &name).1, "age.usec");
    }
    // One after the other: the last has waited for two others.
    assert_eq!(number(&last, "delivery-time-count"), 3.0);
    assert!(number(&last, "delivery-time-max") >= 3.0 * slow, "{last:?}");
    assert!(number(&last, "send-time-sum") <= number(&last, "delivery-time-sum"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_how_much_waits() {
    let gate = Arc::new(std::sync::Mutex::new(()));
    let collector = Collector::builder()
        .on_entity({
            let gate = Arc::clone(&gate);
            move |_| drop(gate.lock())
        })
        .start()
        .await
        .unwrap();
    let client = one_at_a_time(&collector);
    let shut = gate.lock().unwrap();
    for _ in 0..5 {
        let event = Event::new("PlaceOrder").message("x".repeat(1_000));
        client.send(event).unwrap();
    }
    client.report_stats(OFTEN).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while client.stats().accepted < 6 {
        assert!(Instant::now() < deadline, "nothing is reported");
        std::thread::sleep(Duration::from_millis(1)); // poll: for a report while nothing gets through
    }
    drop(shut);
    client.close_async(PATIENCE).await.unwrap();
    let first = wait_for(&collector, "Delivery", 1).await.remove(0);
    assert_eq!(property(&first, "pending"), (&PropertyValue::Int(5), "gauge"));
    let bytes = number(&first, "pending-bytes");
    assert!((5_000.0..10_000.0).contains(&bytes), "{bytes}");
    assert_eq!(property(&first, "pending-bytes").1, "size.byte");
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_go_where_they_are_told_to() {
    use jkool_client::Schedule;
    use jkool_client::transport::testing::Recording;

    let recording = Recording::new();
    let client = Client::builder().transport(recording.clone()).build().unwrap();
    let meter = Meter::new("Checkout").category("Order");
    meter.count("orders", 1);
    client
        .report_meter(&meter, Schedule::every(NEVER).channel("shop/meters"))
        .unwrap();
    client
        .report_stats(Schedule::every(NEVER).channel("shop/stats").category("Shop"))
        .unwrap();
    #[cfg(feature = "process")]
    client
        .report_process(Schedule::every(NEVER).channel("shop/process").category("Till"))
        .unwrap();
    #[cfg(feature = "metrics")]
    let _recorder = {
        let recorder = client
            .metrics()
            .channel("shop/metrics")
            .category("Sales")
            .build()
            .unwrap();
        metrics::with_local_recorder(&recorder, || metrics::counter!("orders").increment(1));
        recorder
    };
    client.close_async(PATIENCE).await.unwrap();
    let mut found: Vec<_> = recording
        .records()
        .iter()
        .map(|record| {
            let snapshot = Snapshot::from_json(&record.body).unwrap();
            let category = snapshot.get_category().unwrap_or_default().to_owned();
            (record.channel.to_string(), category)
        })
        .collect();
    found.sort();
    found.dedup();
    let mut expected = vec![("shop/meters", "Order"), ("shop/stats", "Shop")];
    if cfg!(feature = "metrics") {
        expected.push(("shop/metrics", "Sales"));
    }
    if cfg!(feature = "process") {
        expected.push(("shop/process", "Till"));
    }
    expected.sort_unstable();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(channel, category)| (channel.to_owned(), category.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn says_why_nothing_will_be_reported() {
    use jkool_client::transport::testing::Recording;

    let client = Client::builder().transport(Recording::new()).build().unwrap();
    assert!(matches!(
        client.report_stats(Duration::ZERO),
        Err(ReportError::ZeroInterval)
    ));
    client.close(PATIENCE).unwrap();
    assert!(matches!(client.report_stats(NEVER), Err(ReportError::Closed)));
}

/// Whatever logs or counts while a report is sent must not make more reports.
#[test]
fn the_thread_that_reports_is_named_and_silenced() {
    use jkool_client::transport::testing::Recording;
    use jkool_client::transport::{Endpoint, async_trait};
    use jkool_client::{Connect, EntityKind, Refusal, Transport, TransportError, is_silenced};
    use std::sync::Mutex;

    /// The name of a thread, and whether it is silenced.
    type Sender = (Option<String>, bool);

    /// Notes who sends: a transport is asked on the thread of the sender.
    struct Witness(Recording, Arc<Mutex<Vec<Sender>>>);

    #[async_trait]
    impl Connect for Witness {
        async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
            self.0.connect().await
        }

        fn endpoint(&self) -> &Endpoint {
            self.0.endpoint()
        }

        fn admit(&self, _kind: EntityKind, _channel: &str, _bytes: usize) -> Result<(), Refusal> {
            let name = std::thread::current().name().map(str::to_owned);
            self.1.lock().unwrap().push((name, is_silenced()));
            Ok(())
        }
    }

    let seen = Arc::default();
    let client = Client::builder()
        .transport(Witness(Recording::new(), Arc::clone(&seen)))
        .build()
        .unwrap();
    client.report_stats(OFTEN).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while seen.lock().unwrap().is_empty() {
        assert!(Instant::now() < deadline, "nothing is reported");
        std::thread::sleep(Duration::from_millis(1)); // poll: for the first report
    }
    assert_eq!(seen.lock().unwrap()[0], (Some("jkool-metrics".to_owned()), true));
    client.close(PATIENCE).unwrap();
}

/// The thread must neither keep the client open nor outlive it.
#[test]
fn dropping_the_last_handle_reports_and_ends_the_thread() {
    use jkool_client::transport::testing::Recording;

    let recording = Recording::new();
    let client = Client::builder().transport(recording.clone()).build().unwrap();
    let meter = Meter::new("Checkout");
    client.report_meter(&meter, NEVER).unwrap();
    meter.count("orders", 1);
    drop(client);
    assert_eq!(recording.bodies().len(), 1, "{:?}", recording.bodies());
}
