//! What an activity and those inside it share.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jkool_model::{Activity, ActivityStatus, CompletionCode, Entity, Severity, Timestamp, TrackingId};

use crate::intake::Origin;
use crate::{Client, SendError};

/// An activity that goes on, or has ended while others inside it go on.
pub(crate) struct Core {
    pub(super) client: Client,
    pub(super) origin: Origin,
    pub(super) id: TrackingId,
    pub(super) parent: Option<Arc<Core>>,
    start: Timestamp,
    clock: Instant,
    /// Whether it is sampled, with all that belongs to it.
    is_kept: bool,
    activity: Mutex<Activity>,
}

impl Core {
    /// An activity that starts now.
    pub(super) fn start(
        client: Client,
        origin: Origin,
        mut activity: Activity,
        parent: Option<Arc<Core>>,
    ) -> Arc<Self> {
        let (start, clock) = (Timestamp::now(), Instant::now());
        let id = activity
            .get_tracking_id()
            .cloned()
            .unwrap_or_else(|| TrackingId::fresh_at(start));
        let is_kept = client.handle.intake.filters.sampling.is_none_or(|sampling| {
            match (activity.get_correlators().first(), &parent) {
                (Some(correlator), _) => sampling.keeps(correlator),
                (None, Some(parent)) => parent.is_kept,
                (None, None) => sampling.keeps_shown(&id),
            }
        });
        if let Some(parent) = &parent {
            if activity.get_parent_id().is_none() {
                activity = activity.parent_id(parent.id.clone());
            }
            if activity.get_correlators().is_empty() {
                activity = activity.correlators(parent.correlators());
            }
        }
        Arc::new(Core {
            client,
            origin,
            parent,
            start,
            clock,
            is_kept,
            activity: Mutex::new(activity.tracking_id(id.clone())),
            id,
        })
    }

    /// The correlators.
    pub(super) fn correlators(&self) -> Vec<Cow<'static, str>> {
        self.lock().get_correlators().to_vec()
    }

    /// Sends what belongs to the activity, and lists it as a member if it was accepted.
    pub(super) fn send(&self, entity: Entity) -> Result<(), SendError> {
        let mut entity = self.adopt(entity);
        entity.stamp();
        let member = match entity {
            // As in TNT4J, log entries belong to nothing.
            Entity::LogEntry(_) => None,
            _ => entity.tracking_id().cloned(),
        };
        let is_kept = member.is_some().then_some(self.is_kept);
        let filtered = self
            .client
            .handle
            .intake
            .send_member(entity, &self.origin, is_kept)?;
        if let Some(id) = member
            && filtered.is_none()
        {
            self.change(|activity| activity.member(id));
        }
        Ok(())
    }

    /// Fills in parent and correlators where they are missing.
    fn adopt(&self, entity: Entity) -> Entity {
        macro_rules! adopted {
            ($operation:expr) => {{
                let mut operation = $operation;
                if operation.get_parent_id().is_none() {
                    operation = operation.parent_id(self.id.clone());
                }
                if operation.get_correlators().is_empty() {
                    operation = operation.correlators(self.correlators());
                }
                operation.into()
            }};
        }
        match entity {
            Entity::Event(event) => adopted!(event),
            Entity::Activity(activity) => adopted!(activity),
            Entity::Snapshot(snapshot) if snapshot.get_parent_id().is_none() => {
                snapshot.parent_id(self.id.clone()).into()
            }
            Entity::Dataset(dataset) if dataset.get_parent_id().is_none() => {
                dataset.parent_id(self.id.clone()).into()
            }
            other => other,
        }
    }

    /// Marks the activity as failed, unless it is already.
    pub(super) fn fail(&self, exception: String) {
        self.change(|activity| {
            if activity.get_status() == Some(ActivityStatus::Exception) {
                return activity;
            }
            let severity = activity.get_severity().unwrap_or_default().max(Severity::Error);
            let code = activity.get_completion_code().unwrap_or(CompletionCode::Error);
            activity
                .status(ActivityStatus::Exception)
                .severity(severity)
                .completion_code(code)
                .exception(exception)
        });
    }

    /// Changes the activity before it ends; the lock is not held while the host's own code runs.
    pub(super) fn change(&self, change: impl FnOnce(Activity) -> Activity) {
        let mut activity = self.lock();
        *activity = change(std::mem::replace(&mut activity, Activity::bare()));
    }

    /// Sends the activity, and lists it as a member of the one around it.
    pub(super) fn end(&self) -> Result<(), SendError> {
        let elapsed = self.clock.elapsed();
        let micros = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
        let end = Timestamp::from_micros(self.start.as_micros().saturating_add(micros));
        let mut activity = std::mem::replace(&mut *self.lock(), Activity::bare());
        if activity.get_completion_code().is_none() {
            activity = activity.completion_code(CompletionCode::Success);
        }
        let activity = Entity::from(
            activity
                .time(end)
                .start_time(self.start)
                .end_time(end)
                .elapsed(elapsed),
        );
        let filtered = self
            .client
            .handle
            .intake
            .send_member(activity, &self.origin, Some(self.is_kept))?;
        if let Some(parent) = &self.parent
            && filtered.is_none()
        {
            parent.change(|activity| activity.member(self.id.clone()));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
