//! A program that knows nothing but the crate `log`: its records stream by themselves.
//!
//! ```sh
//! jkool serve
//! JKOOL_TOKEN=any JKOOL_URL=http://127.0.0.1:6580 cargo run -p jkool-client --features log --example log_program
//! ```

use std::error::Error;

use jkool_client::Client;
use log::{debug, error, info};

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let _guard = client.guard();
    client.log_logger().install()?;
    run();
    Ok(())
}

/// Some work, as it is found in any program.
pub(crate) fn run() {
    info!("started");
    for order in [4711, 4712] {
        debug!(order; "not sent: below the level INFO");
        info!(order, amount = 99.5, "jkool.corr_id" = format!("order-{order}").as_str(); "order processed");
    }
    if let Err(error) = "many".parse::<u32>() {
        error!(error:err; "no such number of orders");
    }
}
