//! A program's own tests see what it would have sent.

use jkool_client::testing::{capture, capture_with};
use jkool_client::{Activity, Client, Event, Severity, Snapshot, Timestamp};

fn place_order(client: &Client) {
    let activity = Activity::new("Order");
    client
        .send(
            Event::new("PlaceOrder")
                .severity(Severity::Debug)
                .correlator("order-4711")
                .snapshot(Snapshot::new("Payment").property("amount", 99.5)),
        )
        .unwrap();
    client
        .send(
            Event::new("Invoice")
                .tracking_id("invoice-1")
                .time(Timestamp::from_micros(1)),
        )
        .unwrap();
    client.send(activity).unwrap();
    client
        .snapshot(Snapshot::new("Memory").property("note", "\"time-usec\":7 stays"))
        .unwrap();
}

#[test]
fn everything_is_there_by_kind_and_in_order() {
    let capture = capture().unwrap();
    place_order(capture.client());
    let names: Vec<_> = capture
        .entities()
        .iter()
        .map(|entity| entity.name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["PlaceOrder", "Invoice", "Order", "Memory"]);
    let order = &capture.events()[0];
    assert_eq!(order.get_severity(), Some(Severity::Debug));
    assert_eq!(order.get_snapshots()[0].get_name(), Some("Payment"));
    assert_eq!(order.get_source_fqn(), Some("APPL=test"));
    assert_eq!(capture.activities().len(), 1);
    assert_eq!(capture.snapshots().len(), 1);
    assert!(capture.datasets().is_empty() && capture.log_entries().is_empty());
    assert!(order.get_tracking_id().unwrap().to_string().len() == 36);
}

#[test]
fn stable_entities_are_the_same_at_each_run() {
    let run = || {
        let capture = capture().unwrap();
        place_order(capture.client());
        capture.stable_entities()
    };
    let entities = run();
    assert_eq!(entities, run());
    let ids: Vec<_> = entities
        .iter()
        .map(|entity| entity.tracking_id().unwrap().to_string())
        .collect();
    assert_eq!(ids, ["id-1", "invoice-1", "id-2", "id-3"]);
    let times: Vec<_> = entities
        .iter()
        .map(|entity| entity.time().unwrap().as_micros())
        .collect();
    assert_eq!(times, [0, 1, 0, 0]);
    assert!(format!("{:?}", entities[3]).contains("7 stays"));
}

#[test]
fn the_programs_own_settings_win() {
    let capture = capture_with(|builder| builder.level(Severity::Info).location("Atlanta, GA")).unwrap();
    place_order(capture.client());
    let events = capture.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].get_location(), Some("Atlanta, GA"));
    assert_eq!(capture.client().stats().filtered.total(), 1);
}
