//! What the filters ask of something that is to be sent.

use jkool_model::{Entity, Severity};

use super::fingerprint::{Fingerprint, FingerprintWriter};
use super::sampling::Sampling;

/// Something that is to be sent, before it is written. What is not asked is not worked out.
pub(crate) trait Candidate {
    /// Whether its activity, or else itself, is among those that are kept.
    fn is_sampled(&self, sampling: &Sampling) -> bool;

    /// How serious it is.
    fn severity(&self) -> Option<Severity>;

    /// What makes it the same as another one; `None` if it never is.
    fn fingerprint(&self, writer: FingerprintWriter) -> Option<Fingerprint>;
}

/// An entity of the host.
pub(crate) struct ByHand<'a> {
    pub(crate) entity: &'a Entity,
    /// The name of its logger.
    pub(crate) target: &'a str,
    /// Whether the activity that it belongs to is kept.
    pub(crate) is_kept: Option<bool>,
}

impl Candidate for ByHand<'_> {
    fn is_sampled(&self, sampling: &Sampling) -> bool {
        self.is_kept.unwrap_or_else(|| is_sampled(self.entity, sampling))
    }

    fn severity(&self) -> Option<Severity> {
        self.entity.severity()
    }

    fn fingerprint(&self, mut writer: FingerprintWriter) -> Option<Fingerprint> {
        let message = match self.entity {
            Entity::Event(event) => event.get_message(),
            Entity::LogEntry(entry) => entry.get_message(),
            _ => None,
        };
        let message = match message? {
            jkool_model::Message::Json(json) => json.as_str(),
            text => text.as_str()?,
        };
        writer.severity(self.entity.severity().unwrap_or_default());
        writer.text(self.target);
        writer.text(self.entity.operation().unwrap_or_default());
        writer.text(message);
        Some(writer.finish())
    }
}

/// Whether an entity that stands for itself is kept: by its first correlator, else by its parent, which lends its id to
/// what has no correlator, else by its own id.
fn is_sampled(entity: &Entity, sampling: &Sampling) -> bool {
    let (correlators, parent) = match entity {
        Entity::Event(event) => (event.get_correlators(), event.get_parent_id()),
        Entity::Activity(activity) => (activity.get_correlators(), activity.get_parent_id()),
        Entity::LogEntry(entry) => (entry.get_correlators(), entry.get_parent_id()),
        _ => return true,
    };
    match (correlators.first(), parent, entity.tracking_id()) {
        (Some(correlator), ..) => sampling.keeps(correlator),
        (None, Some(id), _) | (None, None, Some(id)) => sampling.keeps_shown(id),
        (None, None, None) => sampling.keeps_by_chance(),
    }
}
