//! A span on its way to become an activity.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jkool_model::{Encoder, ID_SET_MAX, Severity, Timestamp, TrackingId, WireName};

use super::span_fields::{Recorded, SpanFields};
use crate::filter::Sampling;

/// A span on its way to become an activity.
///
/// Children hold on to their parent, so that correlators are found without asking the registry; no lock is taken while
/// another one is held.
#[derive(Debug)]
pub(super) struct SpanNode {
    pub(super) id: TrackingId,
    pub(super) parent: Option<Arc<SpanNode>>,
    pub(super) start: Timestamp,
    clock: Instant,
    /// Whether it has correlators of its own; a root always has.
    is_correlating: AtomicBool,
    /// Whether what has its correlators is sampled; it counts where `is_correlating` is set.
    is_kept: AtomicBool,
    state: Mutex<SpanState>,
}

/// What changes while a span is open.
#[derive(Debug)]
pub(super) struct SpanState {
    pub(super) fields: SpanFields,
    /// The first members; `member_count` goes on counting.
    pub(super) members: Vec<TrackingId>,
    pub(super) member_count: u64,
    /// Whether it failed, and the inside of a JSON text that says how, which may be empty.
    pub(super) failure: Option<Vec<u8>>,
    correlation: Correlation,
    /// How many threads are inside.
    entered: u32,
    idle: Duration,
    idle_since: Instant,
}

/// The correlators of a span and what lies below it.
#[derive(Debug, Default)]
struct Correlation {
    /// The inside of JSON texts: the main one, then those of spans it follows from.
    texts: Vec<Vec<u8>>,
    /// `,"corrid":[…]`.
    json: Vec<u8>,
}

/// How long a span took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) elapsed: Duration,
    pub(super) idle: Duration,
}

impl SpanNode {
    /// A span that starts now.
    pub(super) fn start(
        encoder: &Encoder,
        sampling: Option<Sampling>,
        parent: Option<Arc<SpanNode>>,
        recorded: Recorded,
    ) -> Self {
        let (start, clock) = (Timestamp::now(), Instant::now());
        let id = recorded
            .tracking_id
            .unwrap_or_else(|| TrackingId::fresh_at(start));
        // What was decided by a correlator that redaction removed does not count.
        let by_correlator = recorded.correlator.as_ref().and(recorded.is_kept);
        let is_kept = match (by_correlator, sampling) {
            (Some(is_kept), _) => is_kept,
            (None, Some(sampling)) => sampling.keeps_shown(&id),
            (None, None) => true,
        };
        let correlator = recorded.correlator.or_else(|| {
            // The root of a tree lends its id, which nobody else has.
            parent.is_none().then(|| {
                let mut text = Vec::new();
                encoder.pieces(&mut text).escaped(&id.to_string());
                text
            })
        });
        let correlation = correlator.map(|text| Correlation::of(encoder, vec![text]));
        SpanNode {
            id,
            parent,
            start,
            clock,
            is_correlating: AtomicBool::new(correlation.is_some()),
            is_kept: AtomicBool::new(is_kept),
            state: Mutex::new(SpanState {
                fields: recorded.fields,
                members: Vec::new(),
                member_count: 0,
                failure: recorded.exception,
                correlation: correlation.unwrap_or_default(),
                entered: 0,
                idle: Duration::ZERO,
                idle_since: clock,
            }),
        }
    }

    /// Takes fields that are recorded later. The tracking id stays: members may have told it already.
    pub(super) fn record(&self, encoder: &Encoder, recorded: Recorded, max_fields: usize) {
        let mut state = self.lock();
        state.fields.merge(&recorded.fields, max_fields);
        if let Some(exception) = recorded.exception {
            state.failure = Some(exception);
        }
        if let Some(text) = recorded.correlator {
            let mut texts = std::mem::take(&mut state.correlation.texts);
            match texts.first_mut() {
                Some(main) if self.is_correlating.load(Ordering::Relaxed) => *main = text,
                _ => texts = vec![text],
            }
            state.correlation = Correlation::of(encoder, texts);
            if let Some(is_kept) = recorded.is_kept {
                self.is_kept.store(is_kept, Ordering::Relaxed);
            }
            self.is_correlating.store(true, Ordering::Release);
        }
    }

    /// Whether what happens here is sampled, as the nearest span with correlators of its own is.
    #[inline]
    pub(super) fn is_kept(&self) -> bool {
        self.correlating().is_kept.load(Ordering::Relaxed)
    }

    /// Adds the main correlator of another span to those of this one and what lies below it.
    pub(super) fn follow(&self, encoder: &Encoder, other: &SpanNode) {
        let Some(text) = other.correlating().lock().correlation.texts.first().cloned() else {
            return;
        };
        let (inherited, is_kept) = (
            self.correlating().lock().correlation.texts.clone(),
            self.is_kept(),
        );
        let mut state = self.lock();
        if !self.is_correlating.load(Ordering::Relaxed) {
            state.correlation.texts = inherited;
            self.is_kept.store(is_kept, Ordering::Relaxed);
        }
        if !state.correlation.texts.contains(&text) {
            state.correlation.texts.push(text);
        }
        let texts = std::mem::take(&mut state.correlation.texts);
        state.correlation = Correlation::of(encoder, texts);
        self.is_correlating.store(true, Ordering::Release);
    }

    /// Lends the correlators that hold here, as a JSON member.
    #[inline]
    pub(super) fn with_correlators<T>(&self, work: impl FnOnce(&[u8]) -> T) -> T {
        work(&self.correlating().lock().correlation.json)
    }

    /// The nearest span, from this one upwards, with correlators of its own.
    fn correlating(&self) -> &SpanNode {
        let mut node = self;
        while !node.is_correlating.load(Ordering::Acquire) {
            match &node.parent {
                Some(parent) => node = parent,
                None => break,
            }
        }
        node
    }

    /// An event or activity that was accepted belongs here.
    pub(super) fn add_member(&self, id: TrackingId) {
        let mut state = self.lock();
        if state.members.len() < ID_SET_MAX {
            state.members.push(id);
        }
        state.member_count += 1;
    }

    /// Something failed inside. What was told first is kept.
    pub(super) fn fail(&self, text: &[u8]) {
        let mut state = self.lock();
        match &state.failure {
            Some(known) if !known.is_empty() => {}
            _ => state.failure = Some(text.to_vec()),
        }
    }

    /// A thread enters.
    pub(super) fn enter(&self) {
        let now = Instant::now();
        let mut state = self.lock();
        if state.entered == 0 {
            let idle = now.saturating_duration_since(state.idle_since);
            state.idle += idle;
        }
        state.entered += 1;
    }

    /// A thread leaves.
    pub(super) fn exit(&self) {
        let now = Instant::now();
        let mut state = self.lock();
        state.entered = state.entered.saturating_sub(1);
        if state.entered == 0 {
            state.idle_since = now;
        }
    }

    /// How long it took, now that it ends.
    pub(super) fn times(&self, state: &SpanState) -> Times {
        let now = Instant::now();
        let mut idle = state.idle;
        if state.entered == 0 {
            idle += now.saturating_duration_since(state.idle_since);
        }
        let elapsed = now.saturating_duration_since(self.clock);
        Times {
            elapsed,
            idle: idle.min(elapsed),
        }
    }

    /// No lock is held while the host's code runs, so nothing is half done in a poisoned one.
    pub(super) fn lock(&self) -> MutexGuard<'_, SpanState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpanState {
    /// How serious a span of this severity has become.
    pub(super) fn severity(&self, severity: Severity) -> Severity {
        match self.failure {
            None => severity,
            Some(_) => severity.max(Severity::Error),
        }
    }
}

impl Correlation {
    fn of(encoder: &Encoder, texts: Vec<Vec<u8>>) -> Self {
        let mut json = Vec::new();
        let mut pieces = encoder.pieces(&mut json);
        pieces.key(WireName::CorrId);
        for (index, text) in texts.iter().enumerate() {
            pieces.raw(if index == 0 { b"[\"" } else { b",\"" });
            pieces.raw(text);
            pieces.raw(b"\"");
        }
        pieces.raw(b"]");
        Correlation { texts, json }
    }
}
