//! What the process takes, as it arrives at a collector.

use std::time::Duration;

use crate::PATIENCE;
use crate::reports::{collector_and_client, number, property, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_process_tells_what_it_takes() {
    let (collector, client) = collector_and_client().await;
    client.report_process(Duration::from_millis(50)).unwrap();
    let cpu = wait_for(&collector, "CPU", 2).await;
    assert_eq!(cpu[1].get_category(), Some("Process"));
    assert_eq!(property(&cpu[1], "TotalCpuUsec").1, "age.usec");
    assert!(number(&cpu[1], "TotalCpuUsec") >= number(&cpu[0], "TotalCpuUsec"));
    assert!((0.0..=1.0).contains(&number(&cpu[1], "Usage")));
    assert!(number(&cpu[1], "Count") >= 1.0);

    let memory = &wait_for(&collector, "Memory", 1).await[0];
    let bytes = |name| number(memory, name);
    assert!(bytes("UsedBytes") > 100_000.0, "{memory:?}");
    assert_eq!(bytes("TotalBytes"), bytes("UsedBytes") + bytes("FreeBytes"));
    assert!(bytes("MaxBytes") >= bytes("UsedBytes"));
    assert_eq!(property(memory, "FreeBytes").1, "size.byte");
    assert!((0.0..=1.0).contains(&bytes("Usage")));

    let process = &wait_for(&collector, "Process", 1).await[0];
    assert!(
        (0.0..3.6e9).contains(&number(process, "UptimeUsec")),
        "{process:?}"
    );
    assert!(number(process, "OpenFileCount") >= 3.0, "{process:?}");
    if cfg!(target_os = "linux") {
        // This thread, the worker and the reporting one at least.
        let thread = &wait_for(&collector, "Thread", 1).await[0];
        let told = number(thread, "Count");
        assert!(told >= 3.0, "{thread:?}");
    }
    client.close_async(PATIENCE).await.unwrap();
}

#[cfg(feature = "metrics")]
#[tokio::test(flavor = "multi_thread")]
async fn the_example_tells_what_it_sold() {
    use crate::reports::snapshots;

    let (collector, client) = collector_and_client().await;
    crate::metrics_example::sell(&client, 300).unwrap();
    client.close_async(PATIENCE).await.unwrap();
    let orders: f64 = snapshots(&collector, "orders")
        .iter()
        .map(|snapshot| number(snapshot, "value"))
        .sum();
    assert_eq!(orders, 300.0);
    assert_eq!(number(&snapshots(&collector, "order_amount")[0], "max"), 99.0);
    assert_eq!(number(&snapshots(&collector, "stock")[0], "value"), 1.0);
    assert_eq!(number(&snapshots(&collector, "Checkout")[0], "pay-count"), 300.0);
    for name in ["CPU", "Memory", "Process", "Delivery"] {
        assert_eq!(snapshots(&collector, name).len(), 1, "{name}");
    }
}
