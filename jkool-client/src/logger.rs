//! A part of a program that sends.

use std::fmt;
use std::sync::Arc;

use jkool_model::Entity;

use crate::intake::Origin;
use crate::{Client, Receipt, SendError};

/// A part of a program that sends, with a name of its own. A clone is cheap and keeps the client open.
///
/// The name is the operation of events, activities and log entries that have none, and the channel: over MQTT without
/// a fixed topic, the topic.
///
/// ```
/// use jkool_client::{Client, Event};
/// use jkool_client::transport::testing::Recording;
/// use std::time::Duration;
///
/// let recording = Recording::new();
/// let client = Client::builder().transport(recording.clone()).build()?;
/// let orders = client.logger("orders");
/// orders.send(Event::bare().message("order processed"))?;
/// client.close(Duration::from_secs(5))?;
/// assert_eq!(&*recording.records()[0].channel, "orders");
/// assert!(recording.bodies()[0].contains(r#""operation":"orders""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Logger {
    client: Client,
    origin: Origin,
}

impl Logger {
    pub(crate) fn new(client: Client, name: &str) -> Self {
        let (channel, name) = client.handle.intake.channels.intern(name);
        let level = client.handle.intake.filters.levels.of(&name);
        let encoder = client
            .handle
            .origin
            .encoder
            .clone()
            .operation(String::from(&*name));
        Self {
            client,
            origin: Origin {
                encoder,
                channel,
                name,
                level,
            },
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.origin.name
    }

    /// The client it belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What it says of what it sends.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// As [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    #[inline]
    pub fn send(&self, entity: impl Into<Entity>) -> Result<(), SendError> {
        self.client.handle.intake.send(entity.into(), &self.origin)
    }

    /// As [`Client::send_tracked`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub fn send_tracked(&self, entity: impl Into<Entity>) -> Result<Receipt, SendError> {
        self.client
            .handle
            .intake
            .send_tracked(entity.into(), &self.origin)
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name: &Arc<str> = &self.origin.name;
        f.debug_struct("Logger")
            .field("name", name)
            .finish_non_exhaustive()
    }
}
