//! Activities started and ended by hand.

mod builder;
mod core;
mod running;

pub use builder::ActivityBuilder;
pub use running::RunningActivity;

use std::borrow::Cow;

use crate::{Client, Logger};

impl Client {
    /// Begins to describe an activity: something that takes a while, to which events belong.
    ///
    /// ```
    /// # use jkool_client::Client;
    /// # use jkool_client::transport::testing::Recording;
    /// use jkool_client::{Event, Snapshot};
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// # let client = Client::builder().transport(recording.clone()).build()?;
    /// let order = client.activity("PlaceOrder").correlator("order-4711").start();
    /// order.send(Event::new("ReserveStock").message("3 items"))?;
    /// order.snapshot(Snapshot::new("Payment").property("amount", 99.5));
    /// {
    ///     let payment = order.activity("Pay").start();
    ///     payment.fail(&std::io::Error::other("card declined"));
    /// } // the inner activity ends here, as EXCEPTION
    /// order.end()?;
    /// # client.close(Duration::from_secs(5))?;
    /// # let bodies = recording.bodies();
    /// # assert_eq!(bodies.len(), 3);
    /// # assert!(bodies[1].contains(r#""status":"EXCEPTION""#) && bodies[1].contains("card declined"));
    /// # assert!(bodies[2].contains(r#""status":"END""#) && bodies[2].contains(r#""id-count":2"#));
    /// # assert!(bodies.iter().all(|body| body.contains(r#""corrid":["order-4711"]"#)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn activity(&self, name: impl Into<Cow<'static, str>>) -> ActivityBuilder {
        ActivityBuilder::new(self.clone(), self.handle.origin.clone(), name.into(), None)
    }
}

impl Logger {
    /// As [`Client::activity`]; what belongs to the activity goes to the channel of this logger.
    pub fn activity(&self, name: impl Into<Cow<'static, str>>) -> ActivityBuilder {
        ActivityBuilder::new(self.client().clone(), self.origin().clone(), name.into(), None)
    }
}
