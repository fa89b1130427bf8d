//! Events of the crate `tracing`, as they arrive.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jkool_client::transport::testing::Recording;
use jkool_client::{
    BodyFraming, Client, Dialect, Entity, Http, OnFull, PropertyValue, Redaction, Severity, TracingLayer,
};
use jkool_collector::Collector;
use proptest::prelude::*;
use serde_json::{Value, json};
use tracing::{Level, debug, error, event, info, trace, warn};
use tracing_subscriber::prelude::*;

use crate::PATIENCE;
use crate::far_end::{FarEnd, only, property};

/// What arrives when `work` runs under a layer.
fn arrived(layer: impl FnOnce(&Client) -> TracingLayer, work: impl FnOnce()) -> Vec<Value> {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let subscriber = tracing_subscriber::registry().with(layer(&client));
    tracing::subscriber::with_default(subscriber, work);
    far_end.close(&client)
}

#[derive(Debug)]
struct Outer(fmt::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no \"order\"")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn an_event_says_all_that_is_known() {
    let mut line = 0;
    let till = std::thread::Builder::new().name("till".to_owned());
    let bodies = std::thread::scope(|scope| {
        let work = || {
            arrived(Client::tracing_layer, || {
                line = line!() + 1;
                info!(
                    order_id = 4711,
                    amount = 99.5,
                    user = "al\"ice",
                    vip = true,
                    big = u64::MAX,
                    "order {}",
                    "ok"
                );
            })
        };
        till.spawn_scoped(scope, work).unwrap().join().unwrap()
    });
    let body = only(&bodies, "msg-text", "order ok");
    assert_eq!(body["operation"], module_path!());
    assert_eq!(
        (&body["type"], &body["severity"]),
        (&json!("EVENT"), &json!("INFO"))
    );
    assert_eq!(body["location"], format!("{}:{line}", file!()));
    assert_eq!(body["pid"], std::process::id());
    assert!(body["tid"].as_i64().is_some_and(|tid| tid > 0));
    assert!(body["source-fqn"].as_str().unwrap().starts_with("APPL="));
    assert!(body["tracking-id"].as_str().unwrap().len() == 36 && body["time-usec"].is_i64());
    assert!(body.get("parent-id").is_none() && body.get("corrid").is_none());
    assert_eq!(
        body["properties"],
        json!([
            {"name": "thread.name", "type": "string", "value": "till"},
            {"name": "order_id", "type": "long", "value": 4711},
            {"name": "amount", "type": "double", "value": 99.5},
            {"name": "user", "type": "string", "value": "al\"ice"},
            {"name": "vip", "type": "bool", "value": true},
            {"name": "big", "type": "bint", "value": u64::MAX},
        ])
    );
}

#[test]
fn levels_names_and_targets_are_told() {
    let bodies = arrived(
        |client| client.tracing_layer().level(Severity::Trace),
        || {
            trace!(target: "shop::orders", "1");
            debug!("2");
            warn!(name: "stock low", "3");
            error!("4");
            event!(Level::INFO, "5");
        },
    );
    let severities: Vec<_> = (1..=5)
        .map(|number| only(&bodies, "msg-text", &number.to_string())["severity"].clone())
        .collect();
    assert_eq!(
        json!(severities),
        json!(["TRACE", "DEBUG", "WARNING", "ERROR", "INFO"])
    );
    assert_eq!(only(&bodies, "msg-text", "1")["operation"], "shop::orders");
    assert_eq!(only(&bodies, "msg-text", "3")["operation"], "stock low");
}

#[test]
fn errors_become_the_exception_with_their_causes() {
    let failure = Outer(fmt::Error);
    let bodies = arrived(Client::tracing_layer, || {
        error!(
            error = &failure as &(dyn std::error::Error + 'static),
            "as an error"
        );
        error!(err = %failure, other = &failure as &dyn std::error::Error, "as a text");
        error!(error = 5, "as a number");
    });
    let chain = "no \"order\"\ncaused by: an error occurred when formatting an argument";
    assert_eq!(only(&bodies, "msg-text", "as an error")["exception"], chain);
    let text = only(&bodies, "msg-text", "as a text");
    assert_eq!(text["exception"], "no \"order\"");
    assert_eq!(property(text, "other")["value"], chain);
    let number = only(&bodies, "msg-text", "as a number");
    assert!(number.get("exception").is_none());
    assert_eq!(property(number, "error")["value"], 5);
}

#[test]
fn reserved_fields_decorate_and_the_rest_falls_back() {
    let far_end = FarEnd::start();
    let client = far_end.builder().user("alice").resource("till").build().unwrap();
    let nobody: Option<&str> = None;
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        info!(
            jkool.corr_id = "order-1",
            jkool.location = "Atlanta, GA",
            jkool.user = "bob",
            jkool.resource = "queue",
            jkool.msg_tag = "paid",
            jkool.operation = "Pay",
            jkool.tracking_id = "mine",
            jkool.comp_code = "warning",
            jkool.reason_code = 17,
            jkool.other = 1,
            "all"
        );
        info!(
            amount = 1,
            jkool.user = nobody,
            jkool.comp_code = "perhaps",
            "none"
        );
    });
    let bodies = far_end.close(&client);
    let all = only(&bodies, "msg-text", "all");
    for (field, value) in [
        ("corrid", json!(["order-1"])),
        ("location", json!("Atlanta, GA")),
        ("user", json!("bob")),
        ("resource", json!("queue")),
        ("msg-tag", json!(["paid"])),
        ("operation", json!("Pay")),
        ("tracking-id", json!("mine")),
        ("comp-code", json!("WARNING")),
        ("reason-code", json!(17)),
    ] {
        assert_eq!(all[field], value, "{field}");
    }
    assert_eq!(property(all, "jkool.other")["value"], 1);
    let none = only(&bodies, "msg-text", "none");
    assert_eq!(
        (&none["user"], &none["resource"]),
        (&json!("alice"), &json!("till"))
    );
    assert_eq!(property(none, "jkool.comp_code")["value"], "perhaps");
    assert!(none.get("comp-code").is_none());
}

#[test]
fn levels_and_targets_of_the_layer_decide_for_it_alone() {
    let recording = Recording::new();
    let other = Client::builder().transport(recording.clone()).build().unwrap();
    let far_end = FarEnd::start();
    let client = far_end.client();
    let quiet = client
        .tracing_layer()
        .level(Severity::Warning)
        .target_level("shop::orders", Severity::Debug)
        .without_target("noise");
    let subscriber = tracing_subscriber::registry()
        .with(quiet)
        .with(other.tracing_layer().level(Severity::Trace));
    tracing::subscriber::with_default(subscriber, || {
        info!("1");
        warn!("2");
        debug!(target: "shop::orders::new", "3");
        trace!(target: "shop::orders::new", "4");
        error!(target: "noise::loud", "5");
    });
    let bodies = far_end.close(&client);
    let mut messages: Vec<_> = bodies
        .iter()
        .map(|body| body["msg-text"].as_str().unwrap())
        .collect();
    messages.sort_unstable();
    assert_eq!(messages, ["2", "3"]);
    other.close(PATIENCE).unwrap();
    assert_eq!(recording.bodies().len(), 5);
}

#[test]
fn a_filter_of_the_stack_holds_for_the_layer_only() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let filter = tracing_subscriber::filter::filter_fn(|metadata| metadata.target() != "secret");
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer().with_filter(filter));
    tracing::subscriber::with_default(subscriber, || {
        let _outer = tracing::info_span!("outer").entered();
        let _hidden = tracing::info_span!(target: "secret", "hidden").entered();
        info!(target: "secret", "hidden");
        info!("seen");
    });
    let bodies = far_end.close(&client);
    assert_eq!(bodies.len(), 2, "{bodies:#?}");
    let (seen, outer) = (
        only(&bodies, "msg-text", "seen"),
        only(&bodies, "operation", "outer"),
    );
    assert_eq!(seen["parent-id"], outer["tracking-id"]);
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half ")?;
        std::panic::resume_unwind(Box::new("on purpose"));
    }
}

#[test]
fn a_panic_inside_debug_harms_nothing() {
    let bodies = arrived(Client::tracing_layer, || {
        let _span = tracing::info_span!("span", bad = ?Panics, good = 1).entered();
        info!(bad = ?Panics, good = 1, "a panic");
        info!("{:?} in the message", Panics);
    });
    let mark = "[panicked while it was formatted]";
    let span = only(&bodies, "operation", "span");
    let event = only(&bodies, "msg-text", "a panic");
    for body in [span, event] {
        assert_eq!(property(body, "bad")["value"], mark);
        assert_eq!(property(body, "good")["value"], 1);
    }
    only(&bodies, "msg-text", mark);
    assert_eq!(bodies.len(), 3, "{bodies:#?}");
}

#[test]
fn long_values_are_cut_and_many_fields_left_out() {
    let bodies = arrived(
        |client| {
            client
                .tracing_layer()
                .max_field_bytes(5)
                .max_message_bytes(7)
                .max_fields(2)
        },
        || info!(a = "123456", b = ?[1, 2, 3], c = 1, "123456é8"),
    );
    let body = &bodies[0];
    assert_eq!(body["msg-text"], "123456…");
    assert_eq!(property(body, "a")["value"], "12345…");
    assert_eq!(property(body, "b")["value"], "[1, 2…");
    assert!(property(body, "c").is_null());
}

#[test]
fn a_hook_keeps_values_back() {
    let bodies = arrived(
        |client| {
            client.tracing_layer().redact(|name, value| match name {
                "card" => Redaction::Replace(format!("…{}", &value[value.len() - 4..])),
                "password" => Redaction::Remove,
                "broken" => panic!("on purpose"),
                "message" if value.contains("4111") => Redaction::Replace("a card was used".to_owned()),
                _ => Redaction::Keep,
            })
        },
        || {
            std::panic::set_hook(Box::new(|_| {}));
            let _span = tracing::info_span!("pay", card = "4111111111111111", password = "p").entered();
            info!(card = 4111111111111111_u64, password = ?"p", broken = 1, amount = 5, "4111 used");
            drop(std::panic::take_hook());
        },
    );
    let body = only(&bodies, "msg-text", "a card was used");
    assert_eq!(
        property(body, "card"),
        &json!({"name": "card", "type": "string", "value": "…1111"})
    );
    assert_eq!(property(body, "amount")["value"], 5);
    assert!(property(body, "password").is_null() && property(body, "broken").is_null());
    let span = only(&bodies, "operation", "pay");
    assert_eq!(property(span, "card")["value"], "…1111");
    assert!(property(span, "password").is_null());
}

#[test]
fn records_of_the_bridge_from_log_tell_their_origin() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        let record = log::Record::builder()
            .level(log::Level::Warn)
            .target("shop::stock")
            .args(format_args!("low"))
            .file(Some("src/stock.rs"))
            .line(Some(7))
            .module_path(Some("shop::stock"))
            .build();
        tracing_log::format_trace(&record).unwrap();
    });
    let bodies = far_end.close(&client);
    let body = only(&bodies, "msg-text", "low");
    assert_eq!(body["operation"], "shop::stock");
    assert_eq!(body["location"], "src/stock.rs:7");
    assert_eq!(body["severity"], "WARNING");
    assert!(property(body, "log.module_path").is_null());
}

#[test]
fn the_dialect_of_the_client_is_spoken() {
    let recording = Recording::new();
    let client = Client::builder()
        .transport(recording.clone())
        .dialect(Dialect::Tnt4py)
        .ordered(true)
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        let _outer = tracing::info_span!("outer", jkool.corr_id = "c").entered();
        tracing::info_span!("inner").in_scope(|| info!("event"));
    });
    client.close(PATIENCE).unwrap();
    let bodies: Vec<Value> = recording
        .bodies()
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let [event, inner, outer] = bodies.as_slice() else {
        panic!("{bodies:#?}")
    };
    assert_eq!(event["parent-tracking-id"], inner["tracking-id"]);
    assert_eq!(inner["parent-tracking-id"], outer["tracking-id"]);
    assert_eq!(
        (&event["corr-id"], &inner["corr-id"]),
        (&json!(["c"]), &json!(["c"]))
    );
    assert!(inner["wait-time-used"].is_i64());
    assert!(event.get("corrid").is_none() && event.get("pid").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_arrives_as_it_was(message in any::<String>(), value in any::<String>()) {
        let recording = Recording::new();
        let client = Client::builder().transport(recording.clone()).ordered(true).build().unwrap();
        let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("span", value, jkool.corr_id = value).entered();
            info!(value, debugged = ?value, jkool.user = value, error = %value, "{message}");
        });
        client.close(PATIENCE).unwrap();
        let bodies: Vec<Value> = recording.bodies().iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        let (event, span) = (&bodies[0], &bodies[1]);
        prop_assert_eq!(&event["msg-text"], &message);
        prop_assert_eq!(&event["exception"], &value);
        prop_assert_eq!(&property(event, "debugged")["value"], &format!("{value:?}"));
        for body in [event, span] {
            prop_assert_eq!(&property(body, "value")["value"], &value);
            // An empty correlator is none, so that the span has its own.
            let expected = if value.is_empty() { span["tracking-id"].clone() } else { json!(value) };
            prop_assert_eq!(&body["corrid"], &json!([expected]));
        }
        prop_assert_eq!(event.get("user").cloned(), (!value.is_empty()).then(|| json!(value)));
    }
}

#[test]
fn after_close_records_are_counted_and_nothing_recurses() {
    const COUNT: usize = 100_000;
    let far_end = FarEnd::start();
    let client = far_end.client();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        info!("before");
        client.close(PATIENCE).unwrap();
        let _span = tracing::info_span!("late").entered();
        (0..COUNT).for_each(|number| info!(number, "after"));
    });
    let stats = client.stats();
    assert_eq!((stats.accepted, stats.refused), (1, COUNT as u64 + 1));
    assert!(stats.is_balanced());
    assert_eq!(far_end.received(1).len(), 1);
}

#[test]
fn a_full_queue_drops_or_blocks_as_told() {
    const COUNT: u64 = 5_000;
    for (on_full, is_lossless) in [(OnFull::HandBack, false), (OnFull::Block(PATIENCE), true)] {
        let far_end = FarEnd::start();
        let client = far_end.builder().max_queued_events(16).build().unwrap();
        let subscriber = tracing_subscriber::registry().with(client.tracing_layer().on_full(on_full));
        tracing::subscriber::with_default(subscriber, || {
            (0..COUNT).for_each(|number| info!(number, "flood"))
        });
        client.flush(PATIENCE).unwrap();
        let stats = client.stats();
        assert_eq!(stats.refused == 0, is_lossless, "{stats:?}");
        assert_eq!(stats.accepted + stats.refused, COUNT);
        far_end.close(&client);
    }
    let client = Client::builder()
        .transport(Recording::new())
        .max_queued_bytes(10)
        .build()
        .unwrap();
    let layer = client.tracing_layer().on_full(OnFull::Block(Duration::MAX));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || info!("never fits"));
    assert_eq!(client.stats().refused, 1);
}

#[test]
fn eight_threads_lose_nothing_and_keep_their_order() {
    const THREADS: usize = 8;
    const EACH: usize = 100_000;
    let far_end = Recording::new();
    let client = Client::builder()
        .transport(far_end.clone())
        // While threads send, up to a sixteenth may be out of reach.
        .max_queued_events(2 * THREADS * EACH)
        .max_queued_bytes(1 << 30)
        .build()
        .unwrap();
    log_from_threads(&client, THREADS, EACH);
    client.close(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(
        (stats.delivered, stats.refused),
        ((THREADS * EACH) as u64, 0),
        "{stats:?}"
    );
    let mut next = [0; THREADS];
    for body in far_end.bodies() {
        let body: Value = serde_json::from_str(&body).unwrap();
        let thread = property(&body, "thread")["value"].as_u64().unwrap() as usize;
        assert_eq!(property(&body, "number")["value"], next[thread]);
        next[thread] += 1;
    }
    assert_eq!(next, [EACH; THREADS]);
}

fn log_from_threads(client: &Client, threads: usize, each: usize) {
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(client.tracing_layer()));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let dispatch = dispatch.clone();
            scope.spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    (0..each).for_each(|number| info!(thread, number, "work"));
                });
            });
        }
    });
}

#[test]
fn eight_threads_lose_nothing_on_the_way_to_a_collector() {
    const THREADS: usize = 8;
    const EACH: usize = 100_000;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let seen: Arc<Vec<AtomicUsize>> = Arc::new((0..THREADS * EACH).map(|_| AtomicUsize::new(0)).collect());
    let counted = Arc::clone(&seen);
    let collector = Collector::builder().keep(0).on_entity(move |received| {
        let Entity::Event(event) = received.entity() else {
            panic!("{received:?}")
        };
        let number = |name| {
            let mut properties = event.get_properties().iter();
            let found = properties
                .find(|property| property.name() == name)
                .map(|property| property.value());
            match found {
                Some(PropertyValue::Int(number)) => *number as usize,
                other => panic!("{other:?}"),
            }
        };
        counted[number("thread") * EACH + number("number")].fetch_add(1, Ordering::Relaxed);
    });
    let collector = runtime.block_on(collector.start()).unwrap();
    // One request per event would take minutes.
    let http = Http::builder("token")
        .url(collector.url())
        .framing(BodyFraming::Ndjson)
        .build()
        .unwrap();
    let client = Client::builder()
        .transport(http)
        // While threads send, up to a sixteenth may be out of reach.
        .max_queued_events(2 * THREADS * EACH)
        .max_queued_bytes(1 << 30)
        .build()
        .unwrap();
    log_from_threads(&client, THREADS, EACH);
    client.close(4 * PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(
        (stats.delivered, stats.refused),
        ((THREADS * EACH) as u64, 0),
        "{stats:?}"
    );
    let lost = seen
        .iter()
        .filter(|count| count.load(Ordering::Relaxed) == 0)
        .count();
    assert_eq!(lost, 0);
    if stats.retries == 0 {
        assert!(seen.iter().all(|count| count.load(Ordering::Relaxed) == 1));
    }
}
