//! The header of a queued record.

use jkool_model::EntityKind;

/// The number of a channel; its name is kept once per client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ChannelId(pub(crate) u32);

/// What is known of a record besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: EntityKind,
    pub(crate) channel: ChannelId,
}
