//! A batch job: activities started and ended by hand, one inside the other, and a panic hook.
//!
//! ```sh
//! jkool serve
//! JKOOL_TOKEN=any JKOOL_URL=http://127.0.0.1:6580 cargo run -p jkool-client --example batch_job
//! ```

use std::error::Error;
use std::time::Duration;

use jkool_client::{Client, Event, RunningActivity, Severity, Snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    client.panic_hook().install();
    run(&client)?;
    client.close(Duration::from_secs(10))?;
    Ok(())
}

/// Books a night's orders.
pub(crate) fn run(client: &Client) -> Result<(), Box<dyn Error>> {
    let night = client
        .activity("BookOrders")
        .correlator("night-2016-03-09")
        .property("orders", 3)
        .start();
    let mut booked = 0;
    for order in [4711, 4712, 4713] {
        let booking = night
            .activity("BookOrder")
            .correlator(format!("order-{order}"))
            .start();
        match book(&booking, order) {
            Ok(()) => booked += 1,
            Err(error) => booking.fail(&error),
        }
    } // each booking ends here
    night.snapshot(
        Snapshot::new("Bookings")
            .category("Order")
            .property("booked", booked),
    );
    night.end()?;
    Ok(())
}

/// Books an order, unless it is the one that nobody has paid.
fn book(booking: &RunningActivity, order: u64) -> Result<(), std::io::Error> {
    // A full queue is no reason to stop working; what it refused is counted.
    let _ = booking.send(Event::new("CheckPayment").property("order", order));
    if order == 4712 {
        return Err(std::io::Error::other(format!("order {order} is not paid")));
    }
    let _ = booking.send(
        Event::new("Ship")
            .severity(Severity::Notice)
            .message(format!("order {order} ships")),
    );
    Ok(())
}
