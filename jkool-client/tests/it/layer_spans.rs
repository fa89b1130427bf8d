//! Spans of the crate `tracing`, as the activities that arrive.

use std::collections::BTreeSet;
use std::time::Duration;

use jkool_client::{Client, Severity};
use serde_json::{Value, json};
use tracing::{Instrument, Span, debug_span, error, field, info, info_span};
use tracing_subscriber::prelude::*;

use crate::far_end::{FarEnd, only, property};

/// What arrives when `work` runs under a layer.
fn arrived(work: impl FnOnce()) -> Vec<Value> {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, work);
    far_end.close(&client)
}

fn ids<'a>(bodies: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    bodies
        .into_iter()
        .map(|body| body["tracking-id"].as_str().unwrap())
        .collect()
}

fn members(activity: &Value) -> BTreeSet<&str> {
    let Some(set) = activity["id-set"].as_array() else {
        assert_eq!(activity["id-count"], 0);
        return BTreeSet::new();
    };
    assert_eq!(activity["id-count"], set.len());
    set.iter().map(|id| id.as_str().unwrap()).collect()
}

/// Two levels below the root: `leaf` spans inside a `branch`, all of them awaiting in turns.
async fn branch(name: u64) {
    info!(branch = name, "branch starts");
    let leaves = (0..3).map(|leaf| {
        tokio::spawn(
            async move {
                tokio::task::yield_now().await;
                info!(branch = name, leaf, "leaf works");
                tokio::time::sleep(Duration::from_millis(2)).await; // slow: it waits for nothing
                info!(branch = name, leaf, "leaf works");
            }
            .instrument(info_span!("leaf", branch = name, leaf)),
        )
    });
    for leaf in leaves.collect::<Vec<_>>() {
        leaf.await.unwrap();
    }
}

#[test]
fn a_tree_across_tasks_and_threads_is_stitched_exactly() {
    const TREES: u64 = 2;
    const BRANCHES: u64 = 4;
    let far_end = FarEnd::start();
    let client = far_end.client();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(client.tracing_layer()));
    let runtime = {
        // Tasks move between these threads.
        let dispatch = dispatch.clone();
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_time()
            .on_thread_start(move || {
                let guard = tracing::dispatcher::set_default(&dispatch);
                std::mem::forget(guard);
            })
            .build()
            .unwrap()
    };
    tracing::dispatcher::with_default(&dispatch, || {
        runtime.block_on(async {
            let trees = (0..TREES).map(|tree| {
                tokio::spawn(
                    async move {
                        let branches = (0..BRANCHES).map(|name| {
                            let name = tree * 100 + name;
                            tokio::spawn(branch(name).instrument(info_span!("branch", branch = name)))
                        });
                        for branch in branches.collect::<Vec<_>>() {
                            branch.await.unwrap();
                        }
                    }
                    .instrument(info_span!("root", tree)),
                )
            });
            for tree in trees.collect::<Vec<_>>() {
                tree.await.unwrap();
            }
        });
    });
    drop(runtime);
    let bodies = far_end.close(&client);
    let of = |operation: &str| -> Vec<&Value> {
        bodies
            .iter()
            .filter(|body| body["operation"] == operation)
            .collect()
    };
    let events: Vec<&Value> = bodies.iter().filter(|body| body["type"] == "EVENT").collect();
    let (roots, branches, leaves) = (of("root"), of("branch"), of("leaf"));
    assert_eq!(
        (roots.len(), branches.len(), leaves.len(), events.len()),
        (2, 8, 24, 8 + 48)
    );
    let value = |body: &Value, name: &str| property(body, name)["value"].clone();
    for root in &roots {
        let tree = value(root, "tree").as_u64().unwrap();
        let correlator = json!([root["tracking-id"]]);
        assert_eq!(root["corrid"], correlator);
        assert!(root.get("parent-id").is_none());
        let mine: Vec<&Value> = branches
            .iter()
            .copied()
            .filter(|branch| value(branch, "branch").as_u64().unwrap() / 100 == tree)
            .collect();
        assert_eq!(members(root), ids(mine.iter().copied()));
        for branch in mine {
            assert_eq!(
                (&branch["parent-id"], &branch["corrid"]),
                (&root["tracking-id"], &correlator)
            );
            let is_mine = |body: &&&Value| value(body, "branch") == value(branch, "branch");
            let leaves: Vec<&Value> = leaves.iter().filter(is_mine).copied().collect();
            let starts: Vec<&Value> = events
                .iter()
                .filter(is_mine)
                .filter(|event| event["msg-text"] == "branch starts")
                .copied()
                .collect();
            assert_eq!((leaves.len(), starts.len()), (3, 1));
            assert_eq!(members(branch), ids(leaves.iter().chain(&starts).copied()));
            assert_eq!(starts[0]["parent-id"], branch["tracking-id"]);
            for leaf in leaves {
                assert_eq!(
                    (&leaf["parent-id"], &leaf["corrid"]),
                    (&branch["tracking-id"], &correlator)
                );
                let works: Vec<&Value> = events
                    .iter()
                    .filter(is_mine)
                    .filter(|event| value(event, "leaf") == value(leaf, "leaf"))
                    .copied()
                    .collect();
                assert_eq!(works.len(), 2);
                assert_eq!(members(leaf), ids(works.iter().copied()));
                for work in works {
                    assert_eq!(
                        (&work["parent-id"], &work["corrid"]),
                        (&leaf["tracking-id"], &correlator)
                    );
                }
                let micros = |field: &str| leaf[field].as_i64().unwrap();
                assert_eq!(
                    micros("end-time-usec") - micros("start-time-usec"),
                    micros("elapsed-time-usec")
                );
                assert!(micros("wait-time-usec") >= 2_000, "it slept for 2 ms: {leaf}");
                assert!(micros("wait-time-usec") <= micros("elapsed-time-usec"));
                assert_eq!(
                    (&leaf["status"], &leaf["comp-code"]),
                    (&json!("END"), &json!("SUCCESS"))
                );
            }
        }
    }
}

#[test]
fn a_span_takes_fields_of_its_start_and_later_ones() {
    let bodies = arrived(|| {
        let span = info_span!(
            "order",
            number = 7,
            total = field::Empty,
            never = field::Empty,
            jkool.user = "bob",
            jkool.operation = field::Empty,
            jkool.comp_code = "warning"
        );
        span.record("total", 1.5);
        span.record("number", 8);
        span.record("total", 99.5);
        span.record("jkool.operation", "PlaceOrder");
    });
    let body = only(&bodies, "operation", "PlaceOrder");
    assert_eq!(
        body["properties"],
        json!([
            {"name": "number", "type": "long", "value": 8},
            {"name": "total", "type": "double", "value": 99.5},
        ])
    );
    assert_eq!(
        (&body["user"], &body["comp-code"]),
        (&json!("bob"), &json!("WARNING"))
    );
    assert_eq!(
        (&body["type"], &body["severity"]),
        (&json!("ACTIVITY"), &json!("INFO"))
    );
    assert!(body["location"].as_str().unwrap().starts_with(file!()));
}

#[test]
fn errors_inside_end_a_span_as_exception_but_not_those_around_it() {
    let failure = std::fmt::Error;
    let bodies = arrived(|| {
        let _outer = info_span!("outer").entered();
        {
            let _inner = info_span!("inner").entered();
            debug_span!("below the level").in_scope(|| error!("it broke"));
            error!(error = %failure, "once more");
        }
        let recorded = info_span!("recorded", error = field::Empty);
        recorded.record("error", &failure as &dyn std::error::Error);
        info_span!("number", error = 5);
    });
    let inner = only(&bodies, "operation", "inner");
    assert_eq!(
        (&inner["status"], &inner["comp-code"]),
        (&json!("EXCEPTION"), &json!("ERROR"))
    );
    assert_eq!(
        (&inner["exception"], &inner["severity"]),
        (&json!("it broke"), &json!("ERROR"))
    );
    assert_eq!(inner["id-count"], 2);
    let recorded = only(&bodies, "operation", "recorded");
    assert_eq!(recorded["status"], "EXCEPTION");
    assert_eq!(recorded["exception"], failure.to_string());
    for name in ["outer", "number"] {
        let body = only(&bodies, "operation", name);
        assert_eq!(
            (&body["status"], &body["severity"]),
            (&json!("END"), &json!("INFO")),
            "{name}"
        );
    }
}

#[test]
fn correlators_hold_for_a_subtree_and_follows_from_adds_one() {
    let bodies = arrived(|| {
        let cause = info_span!("cause", jkool.corr_id = "cause-1");
        let _root = info_span!("root").entered();
        let order = info_span!("order", jkool.corr_id = field::Empty);
        order.record("jkool.corr_id", "order-1");
        order.follows_from(&cause);
        order.follows_from(&cause);
        order.in_scope(|| {
            info_span!("item").in_scope(|| info!("in the order"));
            info!(jkool.corr_id = "own", "of its own");
        });
        let plain = info_span!("plain");
        plain.follows_from(&cause);
        plain.in_scope(|| info!("in the plain one"));
        info!("in the root");
    });
    let root = only(&bodies, "operation", "root")["tracking-id"].clone();
    let expected = [
        ("operation", "cause", json!(["cause-1"])),
        ("operation", "root", json!([root])),
        ("operation", "order", json!(["order-1", "cause-1"])),
        ("operation", "item", json!(["order-1", "cause-1"])),
        ("msg-text", "in the order", json!(["order-1", "cause-1"])),
        ("msg-text", "of its own", json!(["own"])),
        ("operation", "plain", json!([root, "cause-1"])),
        ("msg-text", "in the plain one", json!([root, "cause-1"])),
        ("msg-text", "in the root", json!([root])),
    ];
    for (field, value, correlators) in expected {
        assert_eq!(only(&bodies, field, value)["corrid"], correlators, "{value}");
    }
}

#[test]
fn spans_that_are_not_chosen_lend_their_events_to_the_next() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let layer = client
        .tracing_layer()
        .level(Severity::Debug)
        .activities_if(|target, name| target == module_path!() && name != "skipped");
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let _outer = debug_span!("outer").entered();
        let _skipped = info_span!("skipped").entered();
        info!("inside");
        info_span!("inner").in_scope(|| ());
    });
    let bodies = far_end.close(&client);
    let outer = only(&bodies, "operation", "outer");
    let (event, inner) = (
        only(&bodies, "msg-text", "inside"),
        only(&bodies, "operation", "inner"),
    );
    assert_eq!(members(outer), ids([event, inner]));
    assert_eq!(
        (&event["parent-id"], &inner["parent-id"]),
        (&outer["tracking-id"], &outer["tracking-id"])
    );

    let far_end = FarEnd::start();
    let client = far_end.client();
    let layer = client.tracing_layer().without_activities();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        info_span!("none").in_scope(|| info!("free"));
    });
    let bodies = far_end.close(&client);
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].get("parent-id").is_none());
}

#[test]
fn explicit_parents_and_roots_are_obeyed_and_ids_are_capped() {
    let bodies = arrived(|| {
        let parent = info_span!("parent");
        let _other = info_span!("other").entered();
        info_span!(parent: &parent, "child").in_scope(|| ());
        info_span!(parent: None, "root").in_scope(|| ());
        (0..300).for_each(|number| info!(parent: &parent, number, "counted"));
        info!(parent: Span::none(), "free");
    });
    let parent = only(&bodies, "operation", "parent");
    assert_eq!(parent["id-count"], 301);
    assert_eq!(parent["id-set"].as_array().unwrap().len(), 256);
    assert_eq!(
        only(&bodies, "operation", "child")["parent-id"],
        parent["tracking-id"]
    );
    assert!(only(&bodies, "operation", "root").get("parent-id").is_none());
    assert!(only(&bodies, "msg-text", "free").get("parent-id").is_none());
    assert_eq!(only(&bodies, "operation", "other")["id-count"], 0);
}

#[test]
fn two_clients_in_one_stack_keep_their_own_ids() {
    let (one, two) = (FarEnd::start(), FarEnd::start());
    let (first, second) = (one.client(), two.client());
    let subscriber = tracing_subscriber::registry()
        .with(first.tracing_layer())
        .with(second.tracing_layer());
    tracing::subscriber::with_default(subscriber, || info_span!("span").in_scope(|| info!("event")));
    let bodies = [one.close(&first), two.close(&second)];
    let pairs = bodies.each_ref().map(|bodies| {
        let (span, event) = (
            only(bodies, "operation", "span"),
            only(bodies, "msg-text", "event"),
        );
        assert_eq!(members(span), ids([event]));
        (&span["tracking-id"], &event["tracking-id"])
    });
    assert!(pairs[0].0 != pairs[1].0 && pairs[0].1 != pairs[1].1);
}

#[test]
fn what_was_not_accepted_is_not_listed() {
    let far_end = FarEnd::start();
    let client = far_end.client();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer().max_message_bytes(1 << 20));
    let small = Client::builder()
        .http("token")
        .url(far_end.url())
        .max_queued_bytes(64 << 10)
        .build()
        .unwrap();
    drop(subscriber);
    let layer = small.tracing_layer().max_message_bytes(1 << 20);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let _span = info_span!("span").entered();
        info!("{}", "x".repeat(100 << 10));
        info!("fits");
    });
    small.close(crate::PATIENCE).unwrap();
    assert_eq!(small.stats().refused, 1);
    let bodies = far_end.received(2);
    assert_eq!(
        members(only(&bodies, "operation", "span")),
        ids([only(&bodies, "msg-text", "fits")])
    );
}
