//! Datasets: properties that are data rather than a reading.

use std::borrow::Cow;

use crate::snapshot_fields::SnapshotFields;
use crate::snapshot_setters::snapshot_setters;
use crate::{OperationType, Timestamp};

/// A group of properties that are data in their own right, laid out as a [`Snapshot`](crate::Snapshot) under
/// the type DATASET.
///
/// ```
/// use jkool_model::Dataset;
///
/// let prices = Dataset::new("prices").category("catalog").property("apple", 1.2).property("pear", 1.5);
/// assert_eq!(prices.get_name(), Some("prices"));
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "a dataset does nothing until it is sent or encoded"]
pub struct Dataset {
    pub(crate) fields: SnapshotFields,
}

impl Dataset {
    /// A dataset of now.
    #[inline]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Dataset::bare(name).time(Timestamp::now())
    }

    /// A dataset with nothing but a name and its type.
    #[inline]
    pub fn bare(name: impl Into<Cow<'static, str>>) -> Self {
        let mut fields = SnapshotFields::of_type(OperationType::Dataset);
        fields.name = Some(name.into());
        Dataset { fields }
    }

    snapshot_setters!();
}
