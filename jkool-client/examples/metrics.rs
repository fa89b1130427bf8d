//! A shop that tells its metrics: those of the `metrics` facade, of the process, of the client, and some by hand.
//!
//! Start a far end with `jkool serve`, then, with the token and the URL that it shows:
//!
//! ```sh
//! JKOOL_TOKEN=… JKOOL_URL=… cargo run -p jkool-client --example metrics --features metrics,process
//! ```

use std::error::Error;
use std::time::Duration;

use jkool_client::{Client, Meter};
use metrics::{counter, describe_histogram, gauge, histogram};

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    sell(&client, 1_000)?;
    client.close(Duration::from_secs(5))?; // the last reports go out here
    Ok(())
}

/// Sells so many things, and tells about it.
pub(crate) fn sell(client: &Client, orders: u32) -> Result<(), Box<dyn Error>> {
    client.metrics().interval(Duration::from_secs(10)).install()?;
    client.report_process(Duration::from_secs(30))?;
    client.report_stats(Duration::from_secs(60))?;
    let checkout = Meter::new("Checkout").category("Order");
    client.report_meter(&checkout, Duration::from_secs(10))?;

    describe_histogram!("order_amount", "What orders cost, in dollars");
    for number in 0..orders {
        let shop = if number % 3 == 0 { "Atlanta" } else { "Boston" };
        counter!("orders", "shop" => shop).increment(1);
        histogram!("order_amount").record(f64::from(number % 100));
        gauge!("stock").set(orders - number);
        checkout.time("pay", || std::hint::black_box(number));
    }
    Ok(())
}
