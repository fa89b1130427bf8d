//! An activity before it starts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jkool_model::{Activity, Severity, Snapshot, TypedValue};

use super::core::Core;
use super::running::RunningActivity;
use crate::Client;
use crate::intake::Origin;

/// An activity before it [starts](Self::start); see [`Client::activity`](crate::Client::activity).
#[must_use = "an activity does nothing until it is started"]
pub struct ActivityBuilder {
    client: Client,
    origin: Origin,
    activity: Activity,
    parent: Option<Arc<Core>>,
}

impl ActivityBuilder {
    pub(crate) fn new(
        client: Client,
        origin: Origin,
        name: Cow<'static, str>,
        parent: Option<Arc<Core>>,
    ) -> Self {
        ActivityBuilder {
            client,
            origin,
            activity: Activity::new(name),
            parent,
        }
    }

    /// Adds a correlator, which what belongs to the activity shares. Default: those of the activity around it.
    pub fn correlator(self, correlator: impl Into<Cow<'static, str>>) -> Self {
        self.with(|activity| activity.correlator(correlator))
    }

    /// Adds a property; its data type follows the value's Rust type.
    pub fn property(self, name: impl Into<Cow<'static, str>>, value: impl Into<TypedValue>) -> Self {
        self.with(|activity| activity.property(name, value))
    }

    /// Adds a snapshot.
    pub fn snapshot(self, snapshot: Snapshot) -> Self {
        self.with(|activity| activity.snapshot(snapshot))
    }

    /// How serious it is. Default: INFO; a failure makes it at least an ERROR.
    pub fn severity(self, severity: Severity) -> Self {
        self.with(|activity| activity.severity(severity))
    }

    /// Sets any other field of the activity: `.with(|activity| activity.location("Atlanta, GA"))`. Times, status and
    /// members are filled in when it ends.
    pub fn with(mut self, change: impl FnOnce(Activity) -> Activity) -> Self {
        self.activity = change(self.activity);
        self
    }

    /// Starts the activity. It is sent when it ends.
    #[must_use = "the activity ends as soon as it is dropped; bind it to a name such as `_order`"]
    pub fn start(self) -> RunningActivity {
        RunningActivity::new(Core::start(self.client, self.origin, self.activity, self.parent))
    }
}

impl fmt::Debug for ActivityBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityBuilder")
            .field("activity", &self.activity)
            .finish_non_exhaustive()
    }
}
