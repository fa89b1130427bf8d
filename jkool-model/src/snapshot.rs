//! Snapshots: a group of properties, taken at one moment.

use std::borrow::Cow;

use crate::snapshot_fields::SnapshotFields;
use crate::snapshot_setters::snapshot_setters;
use crate::{OperationType, Timestamp};

/// A group of properties taken at one moment: the metrics or facts that belong to an event or activity, or
/// that stand for themselves.
///
/// ```
/// use jkool_model::{Property, Snapshot, ValueType};
///
/// let payment = Snapshot::new("Payment")
///     .category("Order")
///     .property("order-no", "4711")
///     .add_property(Property::new("order-amount", 99.5).value_type(ValueType::CURRENCY_USD));
/// assert_eq!(payment.get_properties().len(), 2);
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "a snapshot does nothing until it is sent or added to an event"]
pub struct Snapshot {
    pub(crate) fields: SnapshotFields,
}

impl Snapshot {
    /// A snapshot taken now.
    #[inline]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Snapshot::bare(name).time(Timestamp::now())
    }

    /// A snapshot with nothing but a name and its type.
    #[inline]
    pub fn bare(name: impl Into<Cow<'static, str>>) -> Self {
        let mut fields = SnapshotFields::of_type(OperationType::Snapshot);
        fields.name = Some(name.into());
        Snapshot { fields }
    }

    pub(crate) fn from_fields(fields: SnapshotFields) -> Self {
        Snapshot { fields }
    }

    snapshot_setters!();
}
