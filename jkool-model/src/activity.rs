//! Activities: something that took a while and consists of events.

use std::borrow::Cow;

use crate::operation_fields::OperationFields;
use crate::operation_setters::operation_setters;
use crate::wire_name::layout;
use crate::{ActivityStatus, OperationType, TrackingId};

/// Something that took a while and groups events and other activities.
///
/// Members are not sent inside an activity: each is sent on its own, with the activity as its
/// [`parent_id`](crate::Event::parent_id). The activity lists their ids.
///
/// ```
/// use std::time::Duration;
/// use jkool_model::{Activity, ActivityStatus, Event, TrackingId};
///
/// let id = TrackingId::fresh();
/// let event = Event::new("ReserveStock").parent_id(id.clone());
/// let activity = Activity::new("ProcessOrder")
///     .tracking_id(id)
///     .status(ActivityStatus::End)
///     .elapsed(Duration::from_millis(12))
///     .member(event.get_tracking_id().unwrap().clone());
/// assert_eq!(activity.get_member_count(), 1);
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "an activity does nothing until it is sent or encoded"]
pub struct Activity {
    pub(crate) fields: OperationFields,
}

impl Activity {
    /// An activity that ends now, with a fresh tracking id, severity INFO and status END.
    ///
    /// For one that is still going on, set the status to [`ActivityStatus::Begin`].
    #[inline]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        let mut activity = Activity {
            fields: OperationFields::now(OperationType::Activity),
        };
        activity.fields.operation = Some(name.into());
        activity.fields.status = Some(ActivityStatus::End);
        activity
    }

    /// An activity with nothing but its type.
    #[inline]
    pub fn bare() -> Self {
        Activity {
            fields: OperationFields::of_type(OperationType::Activity),
        }
    }

    /// Where it stands. Default: END.
    pub fn status(mut self, status: ActivityStatus) -> Self {
        self.fields.status = Some(status);
        self
    }

    /// Where it stands.
    #[must_use]
    pub fn get_status(&self) -> Option<ActivityStatus> {
        self.fields.status
    }

    /// Adds a member by its tracking id.
    ///
    /// The `id-set` field lists the first [`ID_SET_MAX`](crate::ID_SET_MAX) members; `id-count` counts all.
    pub fn member(mut self, id: impl Into<TrackingId>) -> Self {
        let rare = self.fields.rare_mut();
        let ids = rare.id_set.get_or_insert_default();
        if ids.len() < crate::ID_SET_MAX {
            ids.push(id.into());
        }
        rare.id_count = Some(rare.id_count.unwrap_or(0).saturating_add(1));
        self
    }

    /// The listed members.
    #[must_use]
    pub fn get_members(&self) -> &[TrackingId] {
        self.fields
            .rare()
            .and_then(|rare| rare.id_set.as_deref())
            .unwrap_or_default()
    }

    /// How many members it has, listed or not.
    #[must_use]
    pub fn get_member_count(&self) -> u64 {
        self.fields
            .rare()
            .and_then(|rare| u64::try_from(rare.id_count?).ok())
            .unwrap_or(0)
    }

    operation_setters!(layout::ACTIVITY);
}
