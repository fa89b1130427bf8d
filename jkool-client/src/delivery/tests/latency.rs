//! How long what was delivered took.

use std::time::Duration;

use jkool_transport::testing::{Scripted, Step};
use jkool_transport::{ErrorKind, Outcome};

use super::rig::{Rig, error};

#[tokio::test(start_paused = true)]
async fn a_send_is_timed_by_itself_and_a_delivery_with_all_its_waits() {
    let scripted = Scripted::new([]);
    let rig = Rig::start(scripted.clone(), |_| {});
    rig.push("before anybody asks");
    rig.flush().await;
    rig.ledger.latency.watch();
    assert_eq!(rig.ledger.latency.take().send.count(), 0);

    scripted.extend([
        Step::Settle(Outcome::NotSent(error(ErrorKind::Busy))),
        Step::DeliverAfter(Duration::from_millis(250)),
    ]);
    rig.push("twice tried");
    rig.flush().await;
    let times = rig.ledger.latency.take();
    assert_eq!((times.send.count(), times.delivery.count()), (1, 1));
    // Tokio's clock goes in milliseconds.
    assert_near(times.send.percentile(1.0), 250_000.0);
    // With the 0.5 s of the first wait.
    assert_near(times.delivery.percentile(1.0), 750_000.0);

    rig.ledger.latency.put_back(&times);
    rig.push("at once");
    rig.flush().await;
    let times = rig.ledger.latency.take();
    assert_eq!((times.send.count(), times.delivery.count()), (2, 2));
    assert_near(times.send.percentile(0.5), 0.0);
    assert_near(times.send.percentile(1.0), 250_000.0);
    assert_eq!(rig.ledger.latency.take().send.count(), 0);
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 2_000.0, "{found} is not {expected}");
}
