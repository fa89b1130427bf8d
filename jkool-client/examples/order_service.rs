//! An order service, watched from all sides: logs, an activity per order and per step, business metrics, what the process
//! takes, and what the client says of itself.
//!
//! ```sh
//! jkool serve
//! JKOOL_TOKEN=any JKOOL_URL=http://127.0.0.1:6580 cargo run -p jkool-client --features tracing,metrics,process --example order_service
//! ```

use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use jkool_client::{Client, Snapshot};
use metrics::{Unit, counter, describe_gauge, describe_histogram, gauge, histogram};
use tokio::sync::mpsc::{self, Receiver};
use tracing::{error, info, instrument};
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    watch(&client)?;
    serve(&client, orders()).await?;
    // The last reports go out here, and an error says how much did not arrive in time.
    client.close_async(Duration::from_secs(5)).await?;
    Ok(())
}

/// All that is to be set up, once per program.
pub(crate) fn watch(client: &Client) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::registry().with(client.tracing_layer()).init();
    client.panic_hook().install();
    client.metrics().interval(Duration::from_secs(10)).install()?;
    client.report_process(Duration::from_secs(30))?;
    client.report_stats(Duration::from_secs(30))?;
    describe_gauge!("orders_waiting", Unit::Count, "Orders that nobody works on yet");
    describe_histogram!("order_time", Unit::Microseconds, "From order to shipment");
    Ok(())
}

/// What somebody wants to have.
pub(crate) struct Order {
    number: u32,
    region: &'static str,
    amount: f64,
}

/// A morning's orders; the third is more than its card can pay.
pub(crate) fn orders() -> Vec<Order> {
    [("east", 99.5), ("west", 20.0), ("east", 5_000.0), ("east", 12.25)]
        .into_iter()
        .zip(4711..)
        .map(|((region, amount), number)| Order {
            number,
            region,
            amount,
        })
        .collect()
}

/// Takes orders at the door while a clerk works on them; returns once all are dealt with.
pub(crate) async fn serve(client: &Client, orders: Vec<Order>) -> Result<(), Box<dyn Error>> {
    // An activity by hand, for what no function stands for.
    let day = client
        .activity("BusinessDay")
        .correlator("day-2016-03-09")
        .start();
    let (door, waiting) = mpsc::channel(100);
    let clerk = tokio::spawn(work(waiting));
    for order in orders {
        door.send(order).await?;
    }
    drop(door); // closed for today
    let (shipped, failed) = clerk.await?;
    day.snapshot(
        Snapshot::new("Orders")
            .category("Order")
            .property("shipped", shipped)
            .property("failed", failed),
    );
    day.end()?;
    Ok(())
}

/// Works until the door is closed; returns how many orders were shipped, and how many were not.
async fn work(mut waiting: Receiver<Order>) -> (u32, u32) {
    let (mut shipped, mut failed) = (0, 0);
    while let Some(order) = waiting.recv().await {
        gauge!("orders_waiting").set(waiting.len() as f64);
        let start = Instant::now();
        match place_order(&order).await {
            Ok(()) => shipped += 1,
            Err(_) => failed += 1, // has been logged where it happened
        }
        histogram!("order_time").record(start.elapsed().as_micros() as f64);
        counter!("orders", "region" => order.region).increment(1);
    }
    (shipped, failed)
}

/// An activity, because it is a span; the correlator ties together whatever happens in it.
#[instrument("PlaceOrder", skip_all, fields(jkool.corr_id = format!("order-{}", order.number), region = order.region))]
async fn place_order(order: &Order) -> Result<(), Declined> {
    info!(amount = order.amount, "order received");
    if let Err(declined) = pay(order).await {
        error!(error = &declined as &dyn Error, "order not placed");
        return Err(declined);
    }
    ship(order).await;
    Ok(())
}

#[instrument("Payment", skip_all, fields(amount = order.amount), err)]
async fn pay(order: &Order) -> Result<(), Declined> {
    tokio::time::sleep(Duration::from_millis(3)).await; // somewhere a bank thinks
    if order.amount > 1_000.0 {
        return Err(Declined { limit: 1_000.0 });
    }
    info!("card charged");
    Ok(())
}

#[instrument("Shipment", skip_all)]
async fn ship(order: &Order) {
    info!(jkool.location = order.region, "parcel on its way");
}

/// The bank's answer to too large an amount.
#[derive(Debug)]
pub(crate) struct Declined {
    limit: f64,
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "card declined: its limit is {:.2}", self.limit)
    }
}

impl Error for Declined {}
