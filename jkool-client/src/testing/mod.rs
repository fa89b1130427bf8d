//! For the tests of a program that uses this crate: what would have been sent, as values, and no network.
//!
//! ```
//! use jkool_client::{Client, Event, Severity};
//!
//! // What is to be tested.
//! fn place_order(client: &Client, number: u32) {
//!     let event = Event::new("PlaceOrder").correlator(format!("order-{number}"));
//!     let _ = client.send(event.severity(Severity::Info));
//! }
//!
//! let capture = jkool_client::testing::capture()?;
//! place_order(capture.client(), 4711);
//! let events = capture.events();
//! assert_eq!(events.len(), 1);
//! assert_eq!(events[0].get_operation(), Some("PlaceOrder"));
//! assert_eq!(events[0].get_correlators(), ["order-4711"]);
//! # Ok::<(), jkool_client::BuildError>(())
//! ```

mod capture;
mod stable;

pub use capture::{Capture, capture, capture_with};
