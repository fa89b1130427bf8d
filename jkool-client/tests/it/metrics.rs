//! Metrics of the facade, as they arrive at a collector.

use std::time::{Duration, Instant};

use jkool_client::{Client, MetricsError, MetricsRecorder, PropertyValue, Snapshot, Temporality};
use metrics::{Unit, counter, gauge, histogram, with_local_recorder};

use crate::PATIENCE;
use crate::reports::{collector_and_client, number, property, snapshots, wait_for};

const NEVER: Duration = Duration::from_secs(3_600);

fn recorder(client: &Client) -> MetricsRecorder {
    client.metrics().interval(NEVER).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_has_its_layout() {
    let (collector, client) = collector_and_client().await;
    with_local_recorder(&recorder(&client), || {
        metrics::describe_counter!("orders", "Orders placed");
        metrics::describe_gauge!("heap", Unit::Bytes, "Memory in use");
        metrics::describe_histogram!("pay", Unit::Milliseconds, "How long paying takes");
        counter!("orders", "shop" => "Atlanta", "value" => "high").increment(3);
        gauge!("heap").set(1e6);
        gauge!("heap").decrement(0.5);
        for millis in 1..=100 {
            histogram!("pay").record(millis);
        }
    });
    client.flush_async(PATIENCE).await.unwrap();

    let orders = &snapshots(&collector, "orders")[0];
    assert_eq!(orders.get_category(), Some("Counter"));
    assert_eq!(property(orders, "value"), (&PropertyValue::Int(3), "absolute"));
    assert_eq!(property(orders, "shop").0.as_str(), Some("Atlanta"));
    assert_eq!(property(orders, "label.value").0.as_str(), Some("high"));
    assert_eq!(property(orders, "description").0.as_str(), Some("Orders placed"));

    let heap = &snapshots(&collector, "heap")[0];
    assert_eq!(heap.get_category(), Some("Gauge"));
    assert_eq!(
        property(heap, "value"),
        (&PropertyValue::Float(999_999.5), "size.byte")
    );

    let pay = &snapshots(&collector, "pay")[0];
    assert_eq!(pay.get_category(), Some("Histogram"));
    assert_eq!(property(pay, "count"), (&PropertyValue::Int(100), "absolute"));
    let names = ["sum", "min", "max", "p50", "p90", "p99"];
    assert_eq!(
        names.map(|name| number(pay, name)),
        [5_050.0, 1.0, 100.0, 50.0, 90.0, 99.0]
    );
    assert!(names.iter().all(|name| property(pay, name).1 == "age.msec"));
    client.close_async(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn deltas_add_up_whenever_they_are_taken() {
    let (collector, client) = collector_and_client().await;
    let interval = Duration::from_millis(10);
    let recorder = client.metrics().interval(interval).build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                with_local_recorder(&recorder, || {
                    for number in 0..50_000 {
                        counter!("orders").increment(1);
                        if number % 10 == 0 {
                            histogram!("amount").record(2.0);
                        }
                    }
                });
            });
        }
    });
    wait_for(&collector, "orders", 2).await;
    client.close_async(PATIENCE).await.unwrap();
    let sum = |name, property| -> f64 {
        snapshots(&collector, name)
            .iter()
            .map(|snapshot| number(snapshot, property))
            .sum()
    };
    assert_eq!(sum("orders", "value"), 200_000.0);
    assert_eq!(sum("amount", "count"), 20_000.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_go_on() {
    let (collector, client) = collector_and_client().await;
    let recorder = client
        .metrics()
        .interval(NEVER)
        .temporality(Temporality::Cumulative)
        .build()
        .unwrap();
    for _ in 0..2 {
        with_local_recorder(&recorder, || {
            counter!("orders").increment(2);
            histogram!("amount").record(4.0);
        });
        client.flush_async(PATIENCE).await.unwrap();
    }
    let values = |name, property| -> Vec<f64> {
        snapshots(&collector, name)
            .iter()
            .map(|snapshot| number(snapshot, property))
            .collect()
    };
    assert_eq!(values("orders", "value"), [2.0, 4.0]);
    assert_eq!(values("amount", "count"), [1.0, 2.0]);
    assert_eq!(values("amount", "sum"), [4.0, 8.0]);
    assert_eq!(
        property(&snapshots(&collector, "orders")[0], "value").1,
        "counter"
    );
    // Without news, a flush tells nothing.
    client.flush_async(PATIENCE).await.unwrap();
    assert_eq!(values("orders", "value").len(), 2);
    client.close_async(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_series_make_room_and_held_ones_wait() {
    let (collector, client) = collector_and_client().await;
    let recorder = client
        .metrics()
        .interval(Duration::from_millis(10))
        .idle_timeout(Duration::from_millis(50))
        .max_series(2)
        .build()
        .unwrap();
    let held = with_local_recorder(&recorder, || {
        counter!("passing").increment(1);
        counter!("held")
    });
    held.increment(1);
    // As long as both are there, a third finds no room, and what is lost is counted.
    with_local_recorder(&recorder, || counter!("third").increment(1));
    wait_for(&collector, "Metrics", 1).await;
    assert!(snapshots(&collector, "third").is_empty());
    let deadline = Instant::now() + PATIENCE;
    while snapshots(&collector, "third").is_empty() {
        assert!(Instant::now() < deadline, "there is never room");
        with_local_recorder(&recorder, || counter!("third").increment(1));
        tokio::time::sleep(Duration::from_millis(5)).await; // poll: for the first one to be forgotten
    }
    held.increment(5);
    client.close_async(PATIENCE).await.unwrap();
    let sum = |name| -> f64 {
        snapshots(&collector, name)
            .iter()
            .map(|snapshot| number(snapshot, "value"))
            .sum()
    };
    assert_eq!((sum("passing"), sum("held")), (1.0, 6.0));
    let lost = snapshots(&collector, "Metrics");
    assert_eq!(property(&lost[0], "overflow").1, "counter");
    assert!(number(&lost[0], "overflow") >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_recorder_reports_a_last_time() {
    let (collector, client) = collector_and_client().await;
    let recorder = recorder(&client);
    with_local_recorder(&recorder, || counter!("orders").increment(1));
    drop(recorder);
    client.flush_async(PATIENCE).await.unwrap();
    let orders: Vec<Snapshot> = snapshots(&collector, "orders");
    assert_eq!(orders.len(), 1);
    client.close_async(PATIENCE).await.unwrap();
}

#[test]
fn says_why_there_is_no_recorder() {
    use jkool_client::transport::testing::Recording;

    let client = Client::builder().transport(Recording::new()).build().unwrap();
    let error = client.metrics().max_series(0).build().unwrap_err();
    assert!(
        matches!(error, MetricsError::ZeroLimit { setter: "max_series" }),
        "{error}"
    );
    let error = client.metrics().interval(Duration::ZERO).install().unwrap_err();
    assert!(matches!(error, MetricsError::Report(_)), "{error}");
    client.close(PATIENCE).unwrap();
}
