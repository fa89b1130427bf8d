//! Activities started and ended by hand, as they arrive.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use jkool_client::{Event, LogEntry, SendErrorKind, Severity, Snapshot};
use serde_json::json;

use crate::PATIENCE;
use crate::far_end::{FarEnd, only, property};

#[test]
fn an_activity_holds_its_members_together() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let orders = client.logger("orders");
    let order = orders
        .activity("PlaceOrder")
        .correlator("order-1")
        .property("lines", 3)
        .with(|activity| activity.location("Atlanta, GA"))
        .start();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let order = &order;
            scope.spawn(move || order.send(Event::new(format!("step-{number}"))).unwrap());
        }
    });
    order
        .send(Event::new("own").correlator("other").parent_id("elsewhere"))
        .unwrap();
    order.send(Event::new("quiet").severity(Severity::Debug)).unwrap();
    order
        .send(Snapshot::new("stock").category("Order").property("left", 5))
        .unwrap();
    order.send(LogEntry::new("a line")).unwrap();
    let inner = order.activity("Pay").start();
    inner.send(Event::new("charge")).unwrap();
    inner.end().unwrap();
    order.snapshot(
        Snapshot::new("Payment")
            .category("Order")
            .property("amount", 99.5),
    );
    order.property("paid", true);
    let id = order.tracking_id().to_string();
    order.end().unwrap();
    let bodies = far_end.close(&client);
    assert_eq!(bodies.len(), 10, "{bodies:#?}");

    let order = only(&bodies, "operation", "PlaceOrder");
    assert_eq!(order["tracking-id"], id);
    assert_eq!(
        (&order["status"], &order["comp-code"]),
        (&json!("END"), &json!("SUCCESS"))
    );
    assert_eq!(
        (&order["corrid"], &order["location"]),
        (&json!(["order-1"]), &json!("Atlanta, GA"))
    );
    assert_eq!(order["snapshots"][0]["name"], "Payment");
    assert_eq!(
        (
            &property(order, "lines")["value"],
            &property(order, "paid")["value"]
        ),
        (&json!(3), &json!(true))
    );
    let micros = |field: &str| order[field].as_i64().unwrap();
    assert_eq!(
        micros("end-time-usec") - micros("start-time-usec"),
        micros("elapsed-time-usec")
    );
    assert_eq!(micros("time-usec"), micros("end-time-usec"));

    let inner = only(&bodies, "operation", "Pay");
    assert_eq!(
        (&inner["parent-id"], &inner["corrid"]),
        (&json!(id), &json!(["order-1"]))
    );
    let charge = only(&bodies, "operation", "charge");
    assert_eq!(
        (&charge["parent-id"], &charge["corrid"]),
        (&inner["tracking-id"], &json!(["order-1"]))
    );
    assert_eq!(inner["id-set"], json!([charge["tracking-id"]]));

    let own = only(&bodies, "operation", "own");
    assert_eq!(
        (&own["parent-id"], &own["corrid"]),
        (&json!("elsewhere"), &json!(["other"]))
    );
    assert_eq!(only(&bodies, "name", "stock")["parent-id"], id);
    assert!(only(&bodies, "msg-text", "a line").get("parent-id").is_none());
    // Four steps, the one with its own parent, the snapshot, and the inner activity.
    assert_eq!(order["id-count"], 7);
    let members = order["id-set"].as_array().unwrap();
    assert!(members.contains(&inner["tracking-id"]) && members.contains(&own["tracking-id"]));
    assert!((0..4).all(|number| {
        let step = only(&bodies, "operation", &format!("step-{number}"));
        step["parent-id"] == id && members.contains(&step["tracking-id"])
    }));
}

#[test]
fn failures_and_panics_end_it_as_exception() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    {
        let failed = client.activity("failed").start();
        failed.fail(&std::io::Error::other("card declined"));
        failed.fail(&std::fmt::Error);
    }
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _activity = client.activity("panicked").start();
        std::panic::resume_unwind(Box::new("on purpose"));
    }));
    assert!(panicked.is_err());
    drop(client.activity("dropped").start());
    let bodies = far_end.close(&client);
    for (name, exception) in [("failed", "card declined"), ("panicked", "panicked")] {
        let body = only(&bodies, "operation", name);
        assert_eq!(
            (&body["status"], &body["comp-code"]),
            (&json!("EXCEPTION"), &json!("ERROR"))
        );
        assert_eq!(
            (&body["exception"], &body["severity"]),
            (&json!(exception), &json!("ERROR"))
        );
    }
    assert_eq!(only(&bodies, "operation", "dropped")["status"], "END");
}

#[test]
fn what_is_not_accepted_comes_back_and_is_not_listed() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let activity = client.activity("late").start();
    client.close(PATIENCE).unwrap();
    let error = activity.send(Event::new("too late")).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Closed));
    assert_eq!(error.into_entity().operation(), Some("too late"));
    let error = activity.end().unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Closed));
    assert_eq!(client.stats().refused, 2);
    assert_eq!(client.flush(Duration::ZERO).is_ok(), client.stats().pending == 0);
}
