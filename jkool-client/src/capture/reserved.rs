//! Fields that decorate an entity instead of becoming its properties.

use jkool_model::WireName;

/// A field of the name `jkool.…`, which sets a field of the entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    Correlator,
    Location,
    User,
    Resource,
    Tag,
    Operation,
    TrackingId,
    CompletionCode,
    ReasonCode,
}

impl Reserved {
    /// What a field of this name sets.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name.strip_prefix("jkool.")? {
            "corr_id" => Some(Reserved::Correlator),
            "location" => Some(Reserved::Location),
            "user" => Some(Reserved::User),
            "resource" => Some(Reserved::Resource),
            "msg_tag" => Some(Reserved::Tag),
            "operation" => Some(Reserved::Operation),
            "tracking_id" => Some(Reserved::TrackingId),
            "comp_code" => Some(Reserved::CompletionCode),
            "reason_code" => Some(Reserved::ReasonCode),
            _ => None,
        }
    }

    /// The field that it sets.
    pub(crate) fn wire_name(self) -> WireName {
        match self {
            Reserved::Correlator => WireName::CorrId,
            Reserved::Location => WireName::Location,
            Reserved::User => WireName::User,
            Reserved::Resource => WireName::Resource,
            Reserved::Tag => WireName::Tags,
            Reserved::Operation => WireName::Operation,
            Reserved::TrackingId => WireName::TrackingId,
            Reserved::CompletionCode => WireName::CompletionCode,
            Reserved::ReasonCode => WireName::ReasonCode,
        }
    }
}

/// A set of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReservedSet(u16);

impl ReservedSet {
    /// Adds one; returns false if it was there already.
    pub(crate) fn insert(&mut self, reserved: Reserved) -> bool {
        let is_new = !self.contains(reserved);
        self.0 |= 1 << reserved as u16;
        is_new
    }

    /// Whether it is there.
    pub(crate) fn contains(self, reserved: Reserved) -> bool {
        self.0 & (1 << reserved as u16) != 0
    }
}
