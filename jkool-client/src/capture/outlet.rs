//! Where a layer or logger puts its records.

use jkool_model::{Encoder, EntityKind};

use super::template::Channel;
use crate::{Client, OnFull};

/// A client, and what to do when its queue is full.
#[derive(Clone)]
pub(crate) struct Outlet {
    client: Client,
    on_full: OnFull,
}

impl Outlet {
    pub(crate) fn new(client: Client) -> Self {
        Outlet {
            on_full: client.handle.intake.on_full,
            client,
        }
    }

    pub(crate) fn set_on_full(&mut self, on_full: OnFull) {
        self.on_full = on_full;
    }

    /// The client.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// How entities are spelled.
    #[inline]
    pub(crate) fn encoder(&self) -> &Encoder {
        &self.client.handle.origin.encoder
    }

    /// The channel of this name.
    pub(crate) fn channel(&self, name: &str) -> Channel {
        let (id, name) = self.client.handle.intake.channels.intern(name);
        Channel { id, name }
    }

    /// Queues a record; returns whether it was accepted.
    #[inline]
    pub(crate) fn offer(&self, body: &[u8], kind: EntityKind, channel: &Channel) -> bool {
        self.client
            .handle
            .intake
            .offer_encoded(body, kind, (channel.id, &channel.name), self.on_full)
    }
}
