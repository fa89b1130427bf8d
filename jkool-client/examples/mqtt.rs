//! The same client over MQTT: each logger's name is its topic.
//!
//! ```sh
//! mosquitto
//! jkool serve --mqtt localhost --subscribe '#'
//! cargo run -p jkool-client --features mqtt --example mqtt -- localhost
//! ```

use std::error::Error;
use std::time::Duration;

use jkool_client::{Client, Event, Snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let broker = std::env::args().nth(1).unwrap_or_else(|| "localhost".to_owned());
    run(&broker)
}

/// Publishes an order and its payment, and waits until the broker has both.
pub(crate) fn run(broker: &str) -> Result<(), Box<dyn Error>> {
    let client = Client::builder().mqtt(broker).build()?;
    client.logger("shop/orders").send(
        Event::new("PlaceOrder")
            .correlator("order-4711")
            .message("order processed")
            .snapshot(
                Snapshot::new("Payment")
                    .category("Order")
                    .property("amount", 99.5),
            ),
    )?;
    client
        .logger("shop/payments")
        .send(Event::new("Pay").correlator("order-4711"))?;
    client.close(Duration::from_secs(10))?;
    Ok(())
}
