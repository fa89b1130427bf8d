//! Encoding into a buffer with room must not allocate.
#![expect(
    unsafe_code,
    reason = "an allocator that counts can only be written with unsafe code"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use jkool_model::{Decorations, Dialect, Encoder, Event, Snapshot, TrackingId};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    // The counter is gone while a thread ends, and nobody reads it then.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

fn allocations(run: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    run();
    ALLOCATIONS.get() - before
}

#[test]
fn encoding_does_not_allocate() {
    let event = Event::new("PlaceOrder")
        .message("order \"processed\"")
        .correlators(["order-4711", "cart-1"])
        .elapsed(Duration::from_micros(5))
        .property("amount", 99.5)
        .snapshot(Snapshot::new("Payment").property("order-no", 4711))
        .field("own", u64::MAX);
    let decorations = Decorations::new().source_fqn("APPL=Shop").user("alice");
    let mut out = Vec::with_capacity(4096);
    for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
        let encoder = Encoder::new(dialect)
            .decorations(decorations.clone())
            .operation("orders");
        assert_eq!(allocations(|| encoder.encode(&event, &mut out)), 0);
        assert_eq!(allocations(|| assert!(event.validate().is_ok())), 0);
    }
}

#[test]
fn ids_do_not_allocate() {
    let _ = TrackingId::fresh();
    assert_eq!(allocations(|| drop(TrackingId::fresh())), 0);
    assert_eq!(allocations(|| drop(TrackingId::from("own"))), 0);
}

#[test]
fn a_plain_event_allocates_nothing() {
    let _ = TrackingId::fresh();
    assert_eq!(
        allocations(|| drop(Event::new("op").message("text").correlator("one").user("me"))),
        0
    );
}
