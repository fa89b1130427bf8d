//! The event that is sent.

use jkool_client::{Entity, Event, Snapshot};

/// The event of 522 bytes that the encoder is measured with.
pub fn placed_order() -> Entity {
    Event::new("PlaceOrder")
        .message("order processed successfully")
        .correlators(["order-4711", "session-0815"])
        .location("Atlanta, GA")
        .snapshot(
            Snapshot::new("Payment")
                .category("Order")
                .property("order-no", "4711")
                .property("amount", 99.5),
        )
        .into()
}
