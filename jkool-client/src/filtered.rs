//! The filters on the way into the queue, and what they keep from it.

use jkool_model::{Entity, Severity};

use crate::FilterReason;
use crate::filter::{BeforeSend, ByHand, Candidate, Panicked, Passed, REPEATED};
use crate::intake::{Intake, Origin};

impl Intake {
    /// Whether the entity passes all filters but the hook; if not, that is counted.
    #[inline]
    pub(crate) fn filter(
        &self,
        entity: &mut Entity,
        origin: &Origin,
        is_kept: Option<bool>,
    ) -> Result<Passed, FilterReason> {
        if is_below_level(entity, origin) {
            self.tally.count_filtered(FilterReason::Level);
            return Err(FilterReason::Level);
        }
        let passed = self.judge(&ByHand {
            entity,
            target: &origin.name,
            is_kept,
        })?;
        if passed.suppressed > 0 {
            tell_suppressed(entity, passed.suppressed);
        }
        Ok(passed)
    }

    /// Whether something passes sampling, repetition and rate; if not, that is counted.
    #[inline]
    pub(crate) fn judge(&self, candidate: &impl Candidate) -> Result<Passed, FilterReason> {
        let judgement = self.filters.judge(candidate);
        if let Err(reason) = judgement {
            self.tally.count_filtered(reason);
        }
        judgement
    }

    /// What the hook makes of the entity; if that is nothing, it is counted.
    #[cold]
    pub(crate) fn ask_before_send(
        &self,
        hook: &BeforeSend,
        mut entity: Entity,
    ) -> Result<Entity, FilterReason> {
        if self.is_stamping {
            entity.stamp();
        }
        match hook.ask(entity) {
            Ok(Some(entity)) => return Ok(entity),
            Ok(None) => {}
            Err(Panicked) => self.ledger.panics.add_one(),
        }
        self.tally.count_filtered(FilterReason::BeforeSend);
        Err(FilterReason::BeforeSend)
    }
}

/// Entities without a severity, and those with none, are above any level; a logger that is switched off sends nothing.
#[inline]
fn is_below_level(entity: &Entity, origin: &Origin) -> bool {
    match (origin.level, entity.severity()) {
        (None, _) => true,
        (Some(level), Some(severity)) => severity < level && severity != Severity::None,
        (Some(_), None) => false,
    }
}

#[cold]
fn tell_suppressed(entity: &mut Entity, suppressed: u64) {
    // Only what has a message is ever suppressed.
    let told = match entity {
        Entity::Event(event) => std::mem::replace(event, jkool_model::Event::bare())
            .property(REPEATED, suppressed)
            .into(),
        Entity::LogEntry(entry) => std::mem::replace(entry, jkool_model::LogEntry::bare())
            .property(REPEATED, suppressed)
            .into(),
        _ => return,
    };
    *entity = told;
}
