//! What an event costs its caller when nothing is filtered, and when each of the filters drops it.
//!
//! Every row is a client of its own. "By hand" sends a prepared event: the cost of dropping its memory, which the caller
//! pays anyway, is the first row, and contained in all others. "By tracing" is
//! `info!(order_id, amount, user, "order processed successfully")`, "in a span" the same within one.

use std::hint::black_box;
use std::time::{Duration, Instant};

use jkool_bench::Sink;
use jkool_client::{Client, ClientBuilder, Entity, Event, FilterReason, Logger, RateLimit, Severity};
use tracing_subscriber::prelude::*;

const RUN: u64 = 200;
const RUNS: usize = 2_000;
const LONG: Duration = Duration::from_secs(3_600);

type Filter = fn(ClientBuilder) -> ClientBuilder;

/// The filters, and why they drop all but a few events; without a reason they drop none.
const ROWS: [(&str, Option<FilterReason>, Filter); 10] = [
    ("no filter", None, |builder| builder),
    ("level: passes", None, |builder| {
        builder.target_level("other", Severity::Error)
    }),
    ("level: drops", Some(FilterReason::Level), |builder| {
        builder
            .target_level("orders", Severity::Error)
            .target_level("filters", Severity::Error)
    }),
    ("sampling: passes", None, |builder| {
        builder.sample(1.0 - f64::EPSILON)
    }),
    ("sampling: drops", Some(FilterReason::Sampling), |builder| {
        builder.sample(0.0)
    }),
    ("rate: passes", None, |builder| {
        builder.rate_limit(RateLimit::per_second(u32::MAX))
    }),
    ("rate: drops", Some(FilterReason::RateLimit), |builder| {
        builder.rate_limit(RateLimit::per_second(1))
    }),
    ("repeats: drops", Some(FilterReason::Repeat), |builder| {
        builder.suppress_repeats(LONG)
    }),
    ("hook: passes", None, |builder| builder.before_send(Some)),
    ("hook: drops", Some(FilterReason::BeforeSend), |builder| {
        builder.before_send(|_| None)
    }),
];

fn prepared() -> Vec<Entity> {
    let event = || {
        Event::new("PlaceOrder")
            .message("order processed successfully")
            .correlator("order-4711")
            .location("Atlanta, GA")
            .into()
    };
    (0..RUN).map(|_| event()).collect()
}

/// The lower quartile of the runs in nanoseconds per event: what others do to the machine is not what is asked.
fn cost<T>(client: Option<&Client>, mut prepare: impl FnMut() -> T, mut run: impl FnMut(T)) -> f64 {
    let mut costs: Vec<f64> = (0..RUNS)
        .map(|_| {
            let prepared = prepare();
            let start = Instant::now();
            run(prepared);
            let cost = start.elapsed().as_nanos() as f64 / RUN as f64;
            // A full queue is not what is measured.
            while client.is_some_and(|client| client.stats().pending > 50_000) {
                std::thread::yield_now();
            }
            cost
        })
        .collect();
    costs.sort_by(f64::total_cmp);
    costs[RUNS / 4]
}

fn by_hand(logger: &Logger) -> f64 {
    let send = |events: Vec<Entity>| {
        for event in events {
            logger.send(event).expect("the queue is large enough");
        }
    };
    cost(Some(logger.client()), prepared, send)
}

fn by_tracing(client: &Client) -> f64 {
    let log = |()| {
        for order_id in 0..RUN {
            let (amount, user) = (black_box(99.5), black_box("alice"));
            tracing::info!(order_id, amount, user, "order processed successfully");
        }
    };
    cost(Some(client), || (), log)
}

fn main() {
    println!("nanoseconds on the caller        by hand  by tracing  in a span");
    let bare = cost(None, prepared, |events| events.into_iter().for_each(drop));
    println!("  the event's memory alone        {bare:6.0}");
    for (name, reason, filter) in ROWS {
        let client = filter(Client::builder().transport(Sink::default()))
            .build()
            .expect("a thread");
        let hand = by_hand(&client.logger("orders"));
        let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
        let (alone, inside) = tracing::subscriber::with_default(subscriber, || {
            let alone = by_tracing(&client);
            let _span = tracing::info_span!("order").entered();
            (alone, by_tracing(&client))
        });
        println!("  {name:<28}    {hand:6.0}      {alone:6.0}     {inside:6.0}");
        client
            .close(Duration::from_secs(30))
            .expect("the sink takes everything");
        let stats = client.stats();
        let all = 3 * RUN * RUNS as u64;
        let filtered = reason.map_or(0, |reason| stats.filtered.get(reason));
        assert_eq!(stats.filtered.total(), filtered, "{name}: {stats}");
        assert!(reason.is_none() || filtered > all * 99 / 100, "{name}: {stats}");
    }
}
