//! The layer in a subscriber of the whole process, which `tracing` does not keep from recursing.

use std::fmt;
use std::time::Duration;

use jkool_client::{Client, Severity};
use serde_json::Value;
use tracing::info;
use tracing_subscriber::prelude::*;

use crate::PATIENCE;
use crate::child_process::in_child;
use crate::far_end::{FarEnd, only, property};
#[cfg(feature = "mqtt")]
use crate::mqtt_broker::MqttBroker;

/// Sends a few events, each on its own, so that the transport has much to do.
fn work(client: &Client, count: u64) {
    for number in 0..count {
        info!(number, "mine");
        client.flush(PATIENCE).unwrap();
    }
}

fn install(client: &Client) {
    // Which also takes what comes by the crate `log`.
    tracing_subscriber::registry()
        .with(client.tracing_layer().level(Severity::Trace))
        .init();
}

/// The far end has threads of its own in this process, which log too; what they say is theirs.
fn mine_only<'a>(bodies: impl IntoIterator<Item = &'a Value>) -> usize {
    let threads: Vec<&str> = bodies
        .into_iter()
        .map(|body| {
            property(body, "thread.name")["value"]
                .as_str()
                .unwrap_or_default()
        })
        .collect();
    assert!(
        threads.iter().all(|name| !name.starts_with("jkool-")),
        "{threads:?}"
    );
    threads
        .iter()
        .filter(|name| name.starts_with("layer_global"))
        .count()
}

#[test]
fn http_at_trace_makes_no_feedback() {
    in_child("layer_global::http_at_trace_makes_no_feedback", || {
        let far_end = FarEnd::start();
        let client = far_end.client();
        install(&client);
        work(&client, 50);
        client.close(PATIENCE).unwrap();
        (0..100_000).for_each(|number| info!(number, "after close"));
        let stats = client.stats();
        assert!(stats.is_balanced() && stats.refused >= 100_000, "{stats:?}");
        let bodies = far_end.received(stats.delivered);
        assert!(mine_only(&bodies) >= 50);
        let own = bodies.iter().filter(|body| body["msg-text"] == "mine").count();
        assert_eq!(own, 50);
    });
}

#[cfg(feature = "mqtt")]
#[test]
fn mqtt_at_trace_makes_no_feedback() {
    in_child("layer_global::mqtt_at_trace_makes_no_feedback", || {
        let broker = MqttBroker::start();
        let client = Client::builder().mqtt(broker.address()).build().unwrap();
        install(&client);
        work(&client, 50);
        client.close(PATIENCE).unwrap();
        let stats = client.stats();
        assert!(stats.is_balanced(), "{stats:?}");
        let published = broker.published(stats.delivered as usize);
        // Nothing else in this process logs, so nothing else may have come.
        assert_eq!(published.len(), 50);
        assert_eq!(mine_only(published.iter().map(|(_, body)| body)), 50);
        assert!(published.iter().all(|(topic, _)| topic == module_path!()));
    });
}

struct Logs(&'static str);

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _span = tracing::info_span!("formatting").entered();
        info!(value = ?Logs("deeper"), "inside {}", self.0);
        f.write_str(self.0)
    }
}

#[test]
fn a_debug_that_logs_is_recorded_once_and_ends() {
    in_child(
        "layer_global::a_debug_that_logs_is_recorded_once_and_ends",
        || {
            let far_end = FarEnd::start();
            let client = far_end.client();
            tracing_subscriber::registry()
                .with(client.tracing_layer().without_target("hyper"))
                .init();
            let span =
                tracing::info_span!("span", nested = ?Logs("of a span"), later = tracing::field::Empty);
            span.record("later", tracing::field::debug(Logs("of a later field")));
            span.in_scope(|| info!(nested = ?Logs("of an event"), "{:?}", Logs("of a message")));
            drop(span);
            client.close(PATIENCE).unwrap();
            let bodies = far_end.received(client.stats().delivered);
            let event = only(&bodies, "msg-text", "of a message");
            assert_eq!(property(event, "nested")["value"], "of an event");
            for text in ["of a span", "of a later field", "of an event", "of a message"] {
                let inside = only(&bodies, "msg-text", &format!("inside {text}"));
                assert_eq!(property(inside, "value")["value"], "deeper");
            }
            let span = only(&bodies, "operation", "span");
            assert_eq!(property(span, "later")["value"], "of a later field");
        },
    );
}

#[test]
fn a_record_made_while_a_thread_ends_is_kept() {
    in_child("layer_global::a_record_made_while_a_thread_ends_is_kept", || {
        struct SaysGoodbye;
        impl Drop for SaysGoodbye {
            fn drop(&mut self) {
                info!("goodbye");
            }
        }
        thread_local! {
            static LAST: SaysGoodbye = const { SaysGoodbye };
        }
        let far_end = FarEnd::start();
        let client = far_end.client();
        tracing_subscriber::registry().with(client.tracing_layer()).init();
        std::thread::spawn(|| {
            LAST.with(|_| ());
            info!("hello");
        })
        .join()
        .unwrap();
        client.flush(Duration::from_secs(10)).unwrap();
        client.close(PATIENCE).unwrap();
        let bodies = far_end.received(client.stats().delivered);
        only(&bodies, "msg-text", "hello");
        only(&bodies, "msg-text", "goodbye");
    });
}
