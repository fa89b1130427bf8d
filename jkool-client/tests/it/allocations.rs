//! Sending does not allocate, once all buffers have been used.
#![expect(unsafe_code, reason = "an allocator cannot be counted otherwise")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Instant;

use jkool_client::transport::{Batch, Limits, Outcome, Report, async_trait};
use jkool_client::{Client, Connect, Endpoint, Entity, Event, Snapshot, Transport, TransportError};

use crate::PATIENCE;

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is left to the allocator of the system; the counter has no destructor and does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

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
        let before = COUNT.get();
        for event in events {
            orders.send(event).unwrap();
        }
        counts.push(COUNT.get() - before);
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
