//! Sending does not allocate, once all buffers have been used.

use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{Client, Connect, Endpoint, Entity, Event, Snapshot, Transport, TransportError};

use crate::PATIENCE;
use crate::counting_allocator::allocations_of_this_thread;

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

#[test]
fn sending_a_prepared_event_does_not_allocate() {
    const ROUND: usize = 300;
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
