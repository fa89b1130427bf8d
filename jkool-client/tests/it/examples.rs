//! The examples do what they say, against a real far end.

use serde_json::json;

#[cfg(any(feature = "log", feature = "tracing"))]
use crate::child_process::in_child;
#[cfg(any(feature = "log", feature = "tracing"))]
use crate::far_end::property;
use crate::far_end::{FarEnd, only};

#[expect(dead_code, reason = "its main is that of an example")]
#[path = "../../examples/batch_job.rs"]
mod batch_job;

#[test]
fn the_batch_job_tells_its_story() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    batch_job::run(&client).unwrap();
    let bodies = far_end.close(&client);
    let night = only(&bodies, "operation", "BookOrders");
    assert_eq!((&night["id-count"], &night["status"]), (&json!(3), &json!("END")));
    assert_eq!(night["snapshots"][0]["properties"][0]["value"], 2);
    let failed = only(&bodies, "exception", "order 4712 is not paid");
    assert_eq!(
        (&failed["status"], &failed["corrid"]),
        (&json!("EXCEPTION"), &json!(["order-4712"]))
    );
    assert_eq!(
        (&failed["parent-id"], &failed["id-count"]),
        (&night["tracking-id"], &json!(1))
    );
    assert_eq!(bodies.len(), 1 + 3 + 3 + 2);
}

#[cfg(feature = "log")]
#[expect(dead_code, reason = "its main is that of an example")]
#[path = "../../examples/log_program.rs"]
mod log_program;

#[cfg(feature = "log")]
#[test]
fn the_program_that_only_logs_is_heard() {
    in_child("examples::the_program_that_only_logs_is_heard", || {
        let far_end = FarEnd::start();
        let client = far_end.client();
        client.log_logger().install().unwrap();
        log_program::run();
        client.close(crate::PATIENCE).unwrap();
        let bodies = far_end.received(client.stats().delivered);
        only(&bodies, "msg-text", "started");
        let order = bodies
            .iter()
            .find(|body| body["corrid"] == json!(["order-4712"]))
            .unwrap();
        assert_eq!(property(order, "amount")["value"], 99.5);
        let failed = only(&bodies, "msg-text", "no such number of orders");
        assert_eq!(failed["exception"], "invalid digit found in string");
        assert!(bodies.iter().all(|body| body["severity"] != "DEBUG"));
    });
}

#[cfg(feature = "mqtt")]
#[expect(dead_code, reason = "its main is that of an example")]
#[path = "../../examples/mqtt.rs"]
mod mqtt;

#[cfg(feature = "mqtt")]
#[test]
fn the_orders_reach_their_topics() {
    let broker = crate::mqtt_broker::MqttBroker::start();
    mqtt::run(broker.address()).unwrap();
    let published = broker.published(2);
    let topics: Vec<&str> = published.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(topics, ["shop/orders", "shop/payments"]);
    assert!(
        published
            .iter()
            .all(|(_, body)| body["corrid"] == json!(["order-4711"]))
    );
}

#[cfg(all(feature = "tracing", feature = "metrics", feature = "process"))]
#[expect(dead_code, reason = "its main is that of an example")]
#[path = "../../examples/order_service.rs"]
mod order_service;

#[cfg(all(feature = "tracing", feature = "metrics", feature = "process"))]
#[test]
fn the_order_service_is_seen_from_all_sides() {
    in_child("examples::the_order_service_is_seen_from_all_sides", || {
        let far_end = FarEnd::start();
        let client = far_end.client();
        order_service::watch(&client).unwrap();
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(order_service::serve(&client, order_service::orders()))
            .unwrap();
        let bodies = far_end.close(&client);
        let of = |order: u32| -> Vec<_> {
            let correlator = json!([format!("order-{order}")]);
            let story = bodies.iter().filter(|body| body["corrid"] == correlator);
            story.cloned().collect()
        };
        for order in [4711, 4712, 4714] {
            let story = of(order);
            assert_eq!(story.len(), 3 + 3, "{story:#?}");
            let place = only(&story, "operation", "PlaceOrder");
            assert_eq!((&place["status"], &place["id-count"]), (&json!("END"), &json!(3)));
            assert_eq!(
                only(&story, "msg-text", "order received")["parent-id"],
                place["tracking-id"]
            );
            for (step, message) in [("Payment", "card charged"), ("Shipment", "parcel on its way")] {
                let activity = only(&story, "operation", step);
                assert_eq!(activity["parent-id"], place["tracking-id"]);
                assert_eq!(
                    only(&story, "msg-text", message)["parent-id"],
                    activity["tracking-id"]
                );
            }
        }
        let failed = of(4713);
        assert_eq!(failed.len(), 2 + 3, "{failed:#?}");
        let declined = "card declined: its limit is 1000.00";
        let place = only(&failed, "operation", "PlaceOrder");
        let payment = only(&failed, "operation", "Payment");
        for activity in [place, payment] {
            assert_eq!(
                (&activity["status"], &activity["exception"], &activity["severity"]),
                (&json!("EXCEPTION"), &json!(declined), &json!("ERROR"))
            );
        }
        assert_eq!(payment["parent-id"], place["tracking-id"]);
        let told = only(&failed, "msg-text", "order not placed");
        assert_eq!(
            (&told["exception"], &told["parent-id"]),
            (&json!(declined), &place["tracking-id"])
        );
        let day = only(&bodies, "operation", "BusinessDay");
        assert_eq!(day["snapshots"][0]["properties"][0]["value"], 3);

        let readings: Vec<_> = bodies.iter().filter(|body| body["type"] == "SNAPSHOT").collect();
        let reading = |name: &str, category: &str| -> Vec<_> {
            let of_name = readings
                .iter()
                .filter(|body| body["name"] == name && body["category"] == category);
            of_name.copied().collect()
        };
        let mut regions: Vec<_> = reading("orders", "Counter")
            .into_iter()
            .map(|body| {
                (
                    &property(body, "region")["value"],
                    &property(body, "value")["value"],
                )
            })
            .collect();
        regions.sort_by_key(|(region, _)| region.to_string());
        assert_eq!(
            regions,
            [(&json!("east"), &json!(3)), (&json!("west"), &json!(1))]
        );
        let times = reading("order_time", "Histogram");
        assert_eq!(property(times[0], "count")["value"], 4);
        assert_eq!(property(times[0], "p99")["value-type"], "age.usec");
        assert_eq!(
            property(reading("orders_waiting", "Gauge")[0], "value")["value"],
            0.0
        );
        for (name, category) in [("CPU", "Process"), ("Memory", "Process"), ("Delivery", "jKool")] {
            assert_eq!(reading(name, category).len(), 1, "{name}@{category}");
        }
    });
}

#[cfg(feature = "tracing")]
#[expect(dead_code, reason = "its main is that of an example")]
#[path = "../../examples/web_service.rs"]
mod web_service;

#[cfg(feature = "tracing")]
#[test]
fn requests_of_the_web_service_arrive_as_activities() {
    in_child(
        "examples::requests_of_the_web_service_arrive_as_activities",
        || {
            use std::io::{Read, Write};

            use tracing_subscriber::prelude::*;

            let far_end = FarEnd::start();
            let client = far_end.client();
            tracing_subscriber::registry()
                .with(client.tracing_layer().without_target("hyper"))
                .init();
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let listener = runtime
                .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
                .unwrap();
            let address = listener.local_addr().unwrap();
            let serving = runtime.spawn(async move { axum::serve(listener, web_service::service()).await });
            let ask = |number: u32| {
                let mut stream = std::net::TcpStream::connect(address).unwrap();
                let request = format!(
                    "POST /orders/{number} HTTP/1.1\r\nHost: shop\r\nX-Correlator: order-{number}\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(request.as_bytes()).unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                answer
            };
            assert!(ask(4711).starts_with("HTTP/1.1 200"));
            assert!(ask(4713).starts_with("HTTP/1.1 500"));
            serving.abort();
            drop(runtime);
            client.close(crate::PATIENCE).unwrap();
            let bodies = far_end.received(client.stats().delivered);
            let of = |number: u32| -> Vec<_> {
                let correlator = json!([format!("order-{number}")]);
                bodies
                    .iter()
                    .filter(|body| body["corrid"] == correlator)
                    .cloned()
                    .collect()
            };
            for (number, status, ending) in [(4711, 200, "END"), (4713, 500, "EXCEPTION")] {
                let story = of(number);
                assert_eq!(story.len(), 5, "{story:#?}");
                let request = only(&story, "operation", "request");
                assert_eq!(
                    (&property(request, "status")["value"], &request["status"]),
                    (&json!(status), &json!(ending))
                );
                let place = only(&story, "operation", "place_order");
                let charge = only(&story, "operation", "charge");
                assert_eq!(place["parent-id"], request["tracking-id"]);
                assert_eq!(charge["parent-id"], place["tracking-id"]);
                let text = if status == 200 {
                    "card charged"
                } else {
                    "card declined"
                };
                assert_eq!(only(&story, "msg-text", text)["parent-id"], charge["tracking-id"]);
            }
        },
    );
}
