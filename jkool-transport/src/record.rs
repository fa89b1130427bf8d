//! One encoded entity on its way to the far end.

use std::sync::Arc;

use bytes::Bytes;
use jkool_model::EntityKind;

/// One encoded entity: what a transport carries.
#[derive(Clone, Debug)]
pub struct Record {
    /// The entity as one compact JSON object, without a line break at its end.
    pub body: Bytes,
    /// What the body holds; typed HTTP paths (`/event`, `/activity`, …) are chosen by it.
    pub kind: EntityKind,
    /// The name of the logger the entity came from; MQTT publishes to it when no topic is set.
    pub channel: Arc<str>,
}

impl Record {
    /// A record of `kind` with the encoded `body`, from the logger `channel`.
    pub fn new(kind: EntityKind, channel: impl Into<Arc<str>>, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            kind,
            channel: channel.into(),
        }
    }
}
