//! Filters, as they show in what arrives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jkool_client::transport::testing::{Scripted, Step};
use jkool_client::{
    Activity, Client, ClientBuilder, CloseError, Dataset, Entity, Event, Fate, FilterReason, FlushError,
    LogEntry, RateLimit, SendErrorKind, Severity, Snapshot,
};
use serde_json::{Value, json};
use tracing::{Instrument, Span, field};
use tracing_subscriber::prelude::*;

use crate::PATIENCE;
use crate::child_process::in_child;
use crate::far_end::{FarEnd, only, property};

/// Longer than any test.
const LONG: Duration = Duration::from_secs(3_600);

/// What arrives when `work` uses a client with these filters, and what was filtered, by reason.
fn arrived(
    filters: impl FnOnce(ClientBuilder) -> ClientBuilder,
    work: impl FnOnce(&Client),
) -> (Vec<Value>, BTreeMap<&'static str, u64>) {
    let far_end = FarEnd::start();
    let client = filters(far_end.builder()).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || work(&client));
    let bodies = far_end.close(&client);
    let stats = client.stats();
    assert_eq!(stats.delivered, stats.offered, "what is filtered is not offered");
    let filtered: BTreeMap<_, _> = FilterReason::ALL
        .into_iter()
        .map(|reason| (reason.as_str(), stats.filtered.get(reason)))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(filtered.values().sum::<u64>(), stats.filtered.total());
    (bodies, filtered)
}

/// Sets a filter.
type Filter = fn(ClientBuilder) -> ClientBuilder;

/// A way to send one warning of a logger or target `shop::orders`.
type Way = fn(&Client);

/// Every way there is.
const WAYS: [(&str, Way); 6] = [
    ("logger", |client| {
        client.logger("shop::orders").send(warning()).unwrap();
    }),
    ("receipt", |client| {
        let before = client.stats().filtered;
        let receipt = client.logger("shop::orders").send_tracked(warning()).unwrap();
        let after = client.stats().filtered;
        match receipt.fate() {
            Some(Fate::Filtered(reason)) => assert_eq!(after.get(reason), before.get(reason) + 1),
            _ => assert_eq!(after, before),
        }
    }),
    ("log entry", |client| {
        let entry = LogEntry::new("out of paper").severity(Severity::Warning);
        client.logger("shop::orders").send(entry).unwrap();
    }),
    ("activity", |client| {
        let activity = client.logger("shop::orders").activity("PlaceOrder").start();
        activity.send(warning()).unwrap();
        // It is not what is counted here.
        std::mem::forget(activity);
    }),
    (
        "tracing",
        |_| tracing::warn!(target: "shop::orders", "out of paper"),
    ),
    ("log", |client| {
        log::set_max_level(log::LevelFilter::Trace);
        let logger = client.log_logger();
        log::warn!(logger: logger, target: "shop::orders", "out of paper");
    }),
];

fn warning() -> Event {
    Event::new("Print")
        .message("out of paper")
        .severity(Severity::Warning)
}

#[test]
fn every_filter_holds_for_every_way_to_send() {
    for (name, way) in WAYS {
        let filters: [(&str, Filter); 5] = [
            ("level", |builder| builder.target_level("shop", Severity::Error)),
            ("level", |builder| builder.without_target("shop::orders")),
            ("level", |builder| builder.level(Severity::Error)),
            ("sampling", |builder| builder.sample(0.0)),
            ("before send", |builder| builder.before_send(|_| None)),
        ];
        for (reason, filter) in filters {
            let (bodies, filtered) = arrived(filter, way);
            assert_eq!(filtered, BTreeMap::from([(reason, 1)]), "{name}");
            assert_eq!(bodies.len(), 0, "{name}, {reason}");
        }
        let filters: [(&str, Filter); 2] = [
            ("repeat", |builder| builder.suppress_repeats(LONG)),
            ("rate limit", |builder| {
                builder.rate_limit(RateLimit::per_second(1).burst(1))
            }),
        ];
        for (reason, filter) in filters {
            let start = Instant::now();
            let (bodies, filtered) = arrived(filter, |client| (0..20).for_each(|_| way(client)));
            let late = start.elapsed().as_secs() as usize;
            assert!((1..=1 + late).contains(&bodies.len()), "{name}, {reason}");
            assert_eq!(
                filtered,
                BTreeMap::from([(reason, 20 - bodies.len() as u64)]),
                "{name}"
            );
        }
        let (bodies, filtered) = arrived(|builder| builder, way);
        assert_eq!((bodies.len(), filtered.len()), (1, 0), "{name}");
    }
}

#[test]
fn the_layer_and_the_logger_begin_with_the_clients_levels_and_may_change_them() {
    let filters = |builder: ClientBuilder| {
        builder
            .target_level("shop", Severity::Error)
            .target_level("shop::orders", Severity::Debug)
    };
    let (bodies, filtered) = arrived(filters, |client| {
        tracing::info!(target: "shop::stock", "below");
        tracing::debug!(target: "shop::orders", "above");
        tracing::debug!(target: "other", "below");
        let layer = client.tracing_layer().target_level("shop", Severity::Trace);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::trace!(target: "shop::stock", "above");
        });
    });
    assert_eq!(bodies.len(), 2);
    assert!(bodies.iter().all(|body| body["msg-text"] == "above"));
    assert_eq!(filtered["level"], 2);
}

/// One order: a root, a task of its own, an event in each, and an event that only shares the correlator.
async fn order(correlator: String) {
    let work = async {
        tracing::info!("root works");
        let task = async {
            tokio::task::yield_now().await;
            tracing::info!("task works");
        };
        tokio::spawn(task.instrument(tracing::info_span!("task")))
            .await
            .unwrap();
    };
    work.instrument(tracing::info_span!("root", jkool.corr_id = %correlator))
        .await;
    tracing::info!(jkool.corr_id = correlator, "alone");
}

#[test]
fn whole_activities_are_sampled_and_everybody_agrees_which() {
    const ORDERS: usize = 400;
    let name = |number: usize| format!("order \"{number}\"");
    let sample = |builder: ClientBuilder| builder.sample(0.3);
    let correlators = |bodies: &[Value]| {
        let mut counts = BTreeMap::new();
        for body in bodies {
            let correlator = body["corrid"][0].as_str().unwrap().to_owned();
            *counts.entry(correlator).or_insert(0) += 1;
        }
        counts
    };

    let (bodies, filtered) = arrived(sample, |_| {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&dispatch)))
            .build()
            .unwrap();
        runtime.block_on(async {
            let orders: Vec<_> = (0..ORDERS)
                .map(|number| tokio::spawn(order(name(number))))
                .collect();
            for order in orders {
                order.await.unwrap();
            }
        });
    });
    let of_tracing = correlators(&bodies);
    assert!((80..160).contains(&of_tracing.len()), "{}", of_tracing.len());
    // Two spans and three events.
    assert!(of_tracing.values().all(|count| *count == 5), "{of_tracing:?}");
    assert_eq!(filtered["sampling"], 5 * (ORDERS - of_tracing.len()) as u64);
    let roots = bodies.iter().filter(|body| body["operation"] == "root");
    assert!(roots.map(|root| &root["id-count"]).all(|count| *count == 2));

    let (bodies, _) = arrived(sample, |client| {
        let logger = client.log_logger();
        for correlator in (0..ORDERS).map(name) {
            log::warn!(logger: logger, "jkool.corr_id" = correlator.as_str(); "of log");
            client
                .send(Activity::new("by hand").correlator(correlator.clone()))
                .unwrap();
            let order = client.activity("order").correlator(correlator).start();
            order.send(Event::new("in it")).unwrap();
            order
                .send(Snapshot::new("beside it").property("left", 5))
                .unwrap();
            let inner = order.activity("inner").start();
            inner
                .send(Event::new("in the inner one").correlator("its own"))
                .unwrap();
            inner.end().unwrap();
        }
    });
    let (beside, by_hand): (Vec<Value>, Vec<Value>) =
        bodies.into_iter().partition(|body| body["corrid"][0].is_null());
    let (own, by_hand): (Vec<Value>, Vec<Value>) = by_hand
        .into_iter()
        .partition(|body| body["corrid"][0] == "its own");
    let by_hand = correlators(&by_hand);
    assert!(by_hand.keys().eq(of_tracing.keys()));
    assert!(by_hand.values().all(|count| *count == 5), "{by_hand:?}");
    // What lies in an activity that is kept is kept, whatever it says of itself.
    assert_eq!((beside.len(), own.len()), (by_hand.len(), by_hand.len()));
}

#[test]
fn a_root_without_a_correlator_decides_for_all_below_it() {
    let (bodies, _) = arrived(
        |builder| builder.sample(0.5),
        |client| {
            for _ in 0..100 {
                let _root = tracing::info_span!("root").entered();
                let _inner = tracing::info_span!("inner").entered();
                tracing::info!("inside");
            }
            for _ in 0..100 {
                let outer = client.activity("outer").start();
                let inner = outer.activity("middle").start();
                inner.send(Event::new("innermost")).unwrap();
                inner.end().unwrap();
                // It names its parent, and nothing else says where it belongs.
                client
                    .send(Event::new("outside").parent_id(outer.tracking_id().clone()))
                    .unwrap();
            }
        },
    );
    let count = |name: &str| bodies.iter().filter(|body| body["operation"] == name).count();
    let inside = bodies.iter().filter(|body| body["msg-text"] == "inside").count();
    assert!((20..80).contains(&count("root")) && (20..80).contains(&count("outer")));
    assert_eq!((count("inner"), inside), (count("root"), count("root")));
    let ids: BTreeSet<_> = bodies
        .iter()
        .map(|body| body["tracking-id"].as_str().unwrap())
        .collect();
    assert!(
        bodies
            .iter()
            .filter_map(|body| body["parent-id"].as_str())
            .all(|parent| ids.contains(parent))
    );
    for name in ["middle", "innermost", "outside"] {
        assert_eq!(count(name), count("outer"), "{name}");
    }
}

#[test]
fn a_correlator_told_later_decides_anew_and_what_stands_alone_is_kept() {
    let sample = |builder: ClientBuilder| builder.sample(0.5);
    let late = |number: usize| {
        let span = tracing::info_span!("late", jkool.corr_id = field::Empty);
        span.record("jkool.corr_id", format!("late-{number}"));
        span.in_scope(|| tracing::info!("inside"));
    };
    let (bodies, _) = arrived(sample, |client| {
        (0..100).for_each(late);
        client
            .snapshot(Snapshot::new("alone").property("load", 0.5))
            .unwrap();
        client
            .dataset(Dataset::new("alone").property("price", 1))
            .unwrap();
    });
    let alone = bodies.iter().filter(|body| body["name"] == "alone").count();
    assert_eq!(alone, 2);
    let mut counts = BTreeMap::new();
    for correlator in bodies.iter().filter_map(|body| body["corrid"][0].as_str()) {
        *counts.entry(correlator.to_owned()).or_insert(0) += 1;
    }
    assert!((20..80).contains(&counts.len()));
    assert!(counts.values().all(|count| *count == 2));
    let (again, _) = arrived(sample, |_| (0..100).for_each(late));
    assert_eq!(again.len(), 2 * counts.len(), "the same ones");
}

#[test]
fn a_correlator_told_in_the_midst_decides_from_then_on() {
    let (bodies, _) = arrived(
        |builder| builder.sample(0.5),
        |_| {
            for number in 0..100 {
                let span = tracing::info_span!("outer", jkool.corr_id = field::Empty);
                let _outer = span.clone().entered();
                let _inner = tracing::info_span!("inner").entered();
                tracing::info!("before");
                span.record("jkool.corr_id", format!("midst-{number}"));
                tracing::info!("after");
                tracing::info!(parent: &span, "in the outer one");
            }
        },
    );
    let correlators = |field: &str, value: &str| -> BTreeSet<_> {
        bodies
            .iter()
            .filter(|body| body[field] == value)
            .map(|body| body["corrid"][0].as_str().unwrap())
            .collect()
    };
    let kept = correlators("operation", "outer");
    assert!((20..80).contains(&kept.len()));
    assert_eq!(correlators("msg-text", "after"), kept);
    assert_eq!(correlators("msg-text", "in the outer one"), kept);
    let before = correlators("msg-text", "before");
    assert!((20..80).contains(&before.len()) && before.is_disjoint(&kept));
}

#[test]
fn a_rate_limit_spares_what_is_exempt_and_failures_show() {
    let limit = RateLimit::per_second(1).burst(3).exempt(Severity::Critical);
    let start = Instant::now();
    let (bodies, filtered) = arrived(
        |builder| builder.rate_limit(limit),
        |client| {
            for number in 0..50 {
                client
                    .send(
                        Event::new("loss")
                            .message(number.to_string())
                            .severity(Severity::Error),
                    )
                    .unwrap();
                client
                    .send(Event::new("alarm").severity(Severity::Critical))
                    .unwrap();
            }
            assert!(client.stats().filtered.get(FilterReason::RateLimit) > 0);
            let failed = client.activity("failed").severity(Severity::Critical).start();
            failed.send(Event::new("lost")).unwrap();
        },
    );
    let late = start.elapsed().as_secs() as usize;
    let count = |name: &str| bodies.iter().filter(|body| body["operation"] == name).count();
    assert_eq!(count("alarm"), 50);
    assert!((3..=3 + late).contains(&(count("loss") + count("lost"))));
    assert_eq!(
        filtered["rate limit"],
        51 - (count("loss") + count("lost")) as u64
    );
    let failed = only(&bodies, "operation", "failed");
    assert_eq!(failed["id-count"].as_u64().unwrap_or(0), count("lost") as u64);

    // The errors themselves are not sent, but the span knows of them.
    let (bodies, _) = arrived(
        |builder| builder.suppress_repeats(LONG),
        |_| {
            for _ in 0..3 {
                let _span = tracing::info_span!("order").entered();
                tracing::error!("no stock");
            }
        },
    );
    assert_eq!(bodies.len(), 4);
    let failed = bodies.iter().filter(|body| body["status"] == "EXCEPTION");
    assert_eq!(failed.count(), 3);
}

#[test]
fn the_next_one_tells_how_many_were_suppressed() {
    for (name, way) in WAYS {
        let mut sent = 0;
        let (bodies, filtered) = arrived(
            |builder| builder.suppress_repeats(Duration::from_millis(2)),
            |client| {
                let deadline = Instant::now() + PATIENCE;
                let suppressed = || client.stats().filtered.get(FilterReason::Repeat);
                // poll: until one was suppressed, and then one was sent.
                loop {
                    assert!(Instant::now() < deadline, "{name}");
                    let before = suppressed();
                    way(client);
                    sent += 1;
                    if before > 0 && suppressed() == before {
                        break;
                    }
                }
            },
        );
        let told: u64 = bodies
            .iter()
            .filter_map(|body| property(body, "repeated")["value"].as_u64())
            .sum();
        assert_eq!(told, filtered["repeat"], "{name}");
        assert_eq!(told + bodies.len() as u64, sent, "{name}");
        assert!(told > 0, "{name}");
    }
}

#[test]
fn only_equal_messages_are_repeats() {
    let (bodies, filtered) = arrived(
        |builder| builder.suppress_repeats(LONG),
        |client| {
            for number in 0..3 {
                tracing::info!(number, "the same");
                tracing::info!(number, "number {number}");
                tracing::warn!("the same");
                tracing::info!(target: "other", "the same");
                tracing::info!(number, "no text" = true);
                client
                    .send(Event::new("no message").property("number", number))
                    .unwrap();
                client
                    .send(Activity::new("an activity").resource("the same"))
                    .unwrap();
                client.send(Event::new("other name").message("the same")).unwrap();
            }
        },
    );
    assert_eq!(filtered, BTreeMap::from([("repeat", 4 * 2)]));
    assert_eq!(bodies.len(), 8 * 3 - 4 * 2);
    // What was told of is gone for good, so the first ones say nothing.
    assert!(bodies.iter().all(|body| property(body, "repeated").is_null()));
}

#[test]
fn what_was_not_sent_is_not_repeated() {
    let hook = |entity: Entity| (entity.name() != Some("refused")).then_some(entity);
    let client = Client::builder()
        .transport(Scripted::new([Step::Stall]))
        .suppress_repeats(LONG)
        .max_queued_events(1)
        .drop_timeout(Duration::ZERO)
        .before_send(hook)
        .build()
        .unwrap();
    client.send(Event::new("fills the queue")).unwrap();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..3 {
            let error = client.send(warning()).unwrap_err();
            assert!(matches!(error.kind(), SendErrorKind::QueueFull));
            tracing::warn!("out of paper");
            client.send(Event::new("refused").message("secret")).unwrap();
            tracing::warn!(name: "refused", "secret");
        }
    });
    let stats = client.stats();
    assert_eq!(stats.refused, 3 * 2);
    assert_eq!(stats.filtered.get(FilterReason::Repeat), 0);
    assert_eq!(stats.filtered.get(FilterReason::BeforeSend), 3 * 2);
}

#[test]
fn a_repeat_uses_up_no_rate() {
    let (bodies, filtered) = arrived(
        |builder| {
            builder
                .suppress_repeats(LONG)
                .rate_limit(RateLimit::per_second(1).burst(2))
        },
        |client| {
            (0..100).for_each(|_| client.send(warning()).unwrap());
            client.send(Event::new("another")).unwrap();
        },
    );
    assert_eq!((bodies.len(), filtered["repeat"]), (2, 99));
}

#[test]
fn a_hook_changes_what_is_sent_by_any_way() {
    for (name, way) in WAYS {
        let hook = |entity| match entity {
            Entity::Event(event) => Some(event.user("somebody").property("seen", true).into()),
            Entity::LogEntry(entry) => Some(entry.user("somebody").property("seen", true).into()),
            other => Some(other),
        };
        let (bodies, _) = arrived(|builder| builder.before_send(hook).operation("x"), way);
        assert_eq!(bodies.len(), 1, "{name}");
        assert_eq!(bodies[0]["user"], "somebody", "{name}");
        assert_eq!(property(&bodies[0], "seen")["value"], true, "{name}");
        let (plain, _) = arrived(|builder| builder.operation("x"), way);
        for field in [
            "operation",
            "msg-text",
            "severity",
            "type",
            "source-fqn",
            "pid",
            "tid",
            "location",
        ] {
            if field != "location" || name != "log" {
                assert_eq!(bodies[0][field], plain[0][field], "{name}, {field}");
            }
        }
    }
}

#[test]
fn an_activity_lists_no_member_that_the_hook_refused() {
    let hook = |entity: Entity| (entity.name() != Some("secret")).then_some(entity);
    let (bodies, filtered) = arrived(
        |builder| builder.before_send(hook),
        |client| {
            let order = client.activity("order").start();
            order.send(Event::new("secret")).unwrap();
            order.send(Event::new("public")).unwrap();
            order.end().unwrap();
            let _span = tracing::info_span!("span").entered();
            tracing::info!(name: "secret", "inside");
            tracing::info!(name: "public", "inside");
        },
    );
    assert_eq!(filtered, BTreeMap::from([("before send", 2)]));
    for name in ["order", "span"] {
        assert_eq!(only(&bodies, "operation", name)["id-count"], 1, "{name}");
    }
}

#[test]
fn what_the_hook_makes_is_validated() {
    let far_end = FarEnd::start();
    let client = far_end
        .builder()
        .before_send(|_| Some(Event::bare().tracking_id("").into()))
        .build()
        .unwrap();
    let error = client.send(Event::new("good")).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Invalid(_)));
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || tracing::info!("good"));
    let stats = client.stats();
    assert_eq!((stats.offered, stats.refused), (2, 2));
    assert!(far_end.close(&client).is_empty());
}

#[test]
fn a_hook_that_panics_sends_or_waits_harms_nobody() {
    // Panics of other tests must not be printed by this one's hook.
    in_child("filters::a_hook_that_panics_sends_or_waits_harms_nobody", || {
        let far_end = FarEnd::start();
        let cell = std::sync::Arc::new(std::sync::OnceLock::<Client>::new());
        let inside = std::sync::Arc::clone(&cell);
        let hook = move |entity: Entity| {
            let client = inside.get().unwrap();
            let is_panic = entity.name() == Some("panic");
            assert!(entity.name() != Some("bad") && !is_panic, "on purpose");
            client.send(Event::new("by the hook")).unwrap();
            tracing::error!("by the hook");
            assert_eq!(client.flush(PATIENCE), Err(FlushError::WouldDeadlock));
            assert_eq!(client.close(PATIENCE), Err(CloseError::WouldDeadlock));
            Some(entity)
        };
        let client = far_end.builder().before_send(hook).build().unwrap();
        cell.set(client.clone()).unwrap();
        client.panic_hook().install();
        client.report_stats(LONG).unwrap();
        let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
        tracing::subscriber::with_default(subscriber, || {
            client.send(Event::new("bad")).unwrap();
            client.send(Event::new("good")).unwrap();
            tracing::info!(name: "bad", "of tracing");
            tracing::info!(name: "good", "of tracing");
            // The hook is asked about the panic too, and panics.
            assert!(std::panic::catch_unwind(|| assert_eq!(1, 2)).is_err());
        });
        let stats = client.stats();
        assert_eq!(stats.panics, 3);
        // Three, three panics that the panic hook told of, and what was sent by the hook; `tracing` itself lets no event
        // happen inside another.
        assert_eq!(stats.filtered.get(FilterReason::BeforeSend), 3 + 3 + 3);
        let bodies = far_end.close(&client);
        assert_eq!(bodies.len(), 3, "{bodies:?}");
        assert!(bodies.iter().any(|body| body["name"] == "Delivery"));
        // The hook keeps a client that keeps the hook.
        drop(cell);
    });
}

#[test]
fn reports_are_shown_to_the_hook_alone() {
    let hook = |entity| match entity {
        Entity::Snapshot(snapshot) => Some(snapshot.property("seen", true).into()),
        _ => None,
    };
    let (bodies, _) = arrived(
        |builder| {
            builder
                .sample(0.0)
                .without_target("jkool")
                .rate_limit(RateLimit::per_second(1).burst(1))
                .before_send(hook)
        },
        |client| {
            for _ in 0..3 {
                client.send(Event::new("below")).unwrap();
            }
            client.report_stats(LONG).unwrap();
        },
    );
    assert_eq!(bodies.len(), 1);
    assert_eq!(property(&bodies[0], "seen")["value"], true);
    assert_eq!(property(&bodies[0], "filtered")["value"], json!(3));
    assert_eq!(property(&bodies[0], "filtered-level")["value"], json!(3));
    assert_eq!(property(&bodies[0], "filtered-rate-limit")["value"], json!(0));
}

#[test]
fn nothing_is_formatted_for_what_is_filtered() {
    /// Fails the test if anybody looks.
    struct Untouchable;

    impl std::fmt::Debug for Untouchable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            std::process::abort()
        }
    }

    let (_, filtered) = arrived(
        |builder| builder.sample(0.0).target_level("quiet", Severity::Error),
        |_| {
            tracing::info!(value = ?Untouchable, "{:?}", Untouchable);
            tracing::info!(target: "quiet", value = ?Untouchable, "{:?}", Untouchable);
            let span = tracing::info_span!("root");
            let inner = tracing::info_span!(parent: &span, "inner", value = ?Untouchable);
            inner.in_scope(|| tracing::info!(value = ?Untouchable, "inside"));
        },
    );
    assert_eq!(filtered, BTreeMap::from([("level", 1), ("sampling", 4)]));
    let (bodies, filtered) = arrived(
        |builder| {
            builder
                .suppress_repeats(LONG)
                .rate_limit(RateLimit::per_second(1).burst(1))
        },
        |_| {
            let nothing: Option<Untouchable> = None;
            let event = |value: Option<Untouchable>| tracing::info!(?value, "the same");
            event(nothing);
            event(Some(Untouchable));
            tracing::info!(value = ?Untouchable, "beyond the rate");
            Span::none().record("nothing", 0);
        },
    );
    assert_eq!((bodies.len(), filtered.len()), (1, 2));
}
