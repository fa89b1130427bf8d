//! Sending does not allocate, once all buffers have been used.

use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{
    Client, ClientBuilder, Connect, Endpoint, Entity, Event, RateLimit, Severity, Snapshot, Transport,
    TransportError,
};

use crate::PATIENCE;
use crate::counting_allocator::allocations_of_this_thread;

const ROUND: usize = 300;

fn prepared(number: usize) -> Entity {
    Event::new("PlaceOrder")
        .message(format!("order {number} processed"))
        .correlators([format!("order-{number}"), "session-1".to_owned()])
        .snapshot(
            Snapshot::new("Payment")
                .category("Order")
                .property("order-no", "4711")
                .property("amount", 99.5),
        )
        .into()
}

/// Takes everything and keeps nothing, so that the buffers come back.
#[derive(Clone)]
struct Sink(Endpoint);

#[async_trait]
impl Connect for Sink {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.0
    }
}

#[async_trait]
impl Transport for Sink {
    async fn send(&self, _batch: Batch, report: Report) -> Result<(), TransportError> {
        report.settle_rest(&Outcome::Delivered);
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits::default().batch(100, 1 << 20).sends(8, 8)
    }
}

/// The allocations of 20 rounds of records, after as many to use all buffers once.
#[cfg(any(feature = "log", feature = "tracing"))]
fn steady_allocations(client: &Client, mut record: impl FnMut(u64)) -> usize {
    let mut counts = Vec::new();
    for _ in 0..40 {
        let before = allocations_of_this_thread();
        (0..ROUND).for_each(|number| record(number as u64));
        counts.push(allocations_of_this_thread() - before);
        client.flush(PATIENCE).unwrap();
    }
    counts[20..].iter().sum()
}

#[cfg(feature = "tracing")]
#[test]
fn an_event_of_tracing_does_not_allocate() {
    use tracing_subscriber::prelude::*;

    let client = Client::builder()
        .transport(Sink(Endpoint::named("sink")))
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        let (amount, user) = (99.5, "alice");
        let event = |order_id: u64| tracing::info!(order_id, amount, user, "order processed successfully");
        let outside = steady_allocations(&client, event);
        assert!(outside <= 20, "{outside} allocations");
        let span = tracing::info_span!("order", jkool.corr_id = "order-1").entered();
        let inside = steady_allocations(&client, |order_id| {
            tracing::info!(order_id, amount, user = ?Some(user), jkool.user = user, "order {order_id}");
        });
        assert!(inside <= 20, "{inside} allocations");
        drop(span);
    });
}

#[cfg(feature = "log")]
#[test]
fn a_record_of_log_does_not_allocate() {
    let client = Client::builder()
        .transport(Sink(Endpoint::named("sink")))
        .build()
        .unwrap();
    let logger = client.log_logger();
    log::set_max_level(log::LevelFilter::Trace);
    let allocations = steady_allocations(&client, |order_id| {
        log::info!(logger: logger, order_id, amount = 99.5, "jkool.user" = "bob"; "order {order_id} processed");
    });
    assert!(allocations <= 20, "{allocations} allocations");
}

#[test]
fn what_is_filtered_does_not_allocate() {
    let filters: [fn(ClientBuilder) -> ClientBuilder; 4] = [
        |builder| builder.target_level("orders", Severity::Error),
        |builder| builder.sample(0.0),
        |builder| builder.suppress_repeats(PATIENCE * 100),
        |builder| builder.rate_limit(RateLimit::per_second(1).burst(1)),
    ];
    for filter in filters {
        let builder = Client::builder().transport(Sink(Endpoint::named("sink")));
        let client = filter(builder).build().unwrap();
        let orders = client.logger("orders");
        let event = || Event::bare().message("no stock").severity(Severity::Warning);
        let send = |count: usize| {
            let events: Vec<Entity> = (0..count).map(|_| event().into()).collect();
            let before = allocations_of_this_thread();
            for event in events {
                orders.send(event).unwrap();
            }
            allocations_of_this_thread() - before
        };
        send(ROUND);
        // A rate lets one pass each second.
        assert!(send(20 * ROUND) <= 20);
        assert!(client.stats().filtered.total() > 20 * ROUND as u64);
        #[cfg(feature = "log")]
        {
            log::set_max_level(log::LevelFilter::Trace);
            let logger = client.log_logger();
            let allocations = steady_allocations(&client, |number| {
                log::warn!(logger: logger, target: "orders", number, "jkool.corr_id" = number; "no stock of {}", 7);
            });
            assert!(allocations <= 20, "{allocations} allocations");
        }
        #[cfg(feature = "tracing")]
        {
            use tracing_subscriber::prelude::*;

            let subscriber = tracing_subscriber::registry().with(client.tracing_layer());
            tracing::subscriber::with_default(subscriber, || {
                let allocations = steady_allocations(&client, |number| {
                    tracing::warn!(target: "orders", number, jkool.corr_id = %number, "no stock of {}", 7);
                });
                assert!(allocations <= 20, "{allocations} allocations");
            });
        }
    }
}

#[test]
fn sending_a_prepared_event_does_not_allocate() {
    let client = Client::builder()
        .transport(Sink(Endpoint::named("sink")))
        .build()
        .unwrap();
    let orders = client.logger("orders");
    let mut counts = Vec::new();
    for _ in 0..40 {
        let events: Vec<Entity> = (0..ROUND).map(prepared).collect();
        let before = allocations_of_this_thread();
        for event in events {
            orders.send(event).unwrap();
        }
        counts.push(allocations_of_this_thread() - before);
        client.flush(PATIENCE).unwrap();
    }
    // Now and then the worker still holds the last buffer when the next one is wanted.
    let steady: usize = counts[20..].iter().sum();
    assert!(
        steady <= 20,
        "{steady} allocations for {} events: {counts:?}",
        20 * ROUND
    );
}
