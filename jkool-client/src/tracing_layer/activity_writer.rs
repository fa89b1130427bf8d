//! A span that ended, to the JSON of an activity.

use jkool_model::{ActivityStatus, CompletionCode, Encoder, Timestamp, WireName};
use std::time::Duration;

use super::span_node::SpanNode;
use crate::capture::{Reserved, Template};

/// Appends the activity that `node` has become.
pub(super) fn write_activity(encoder: &Encoder, template: &Template, node: &SpanNode, out: &mut Vec<u8>) {
    // Found first: no two spans are ever locked at once.
    let mut correlators = Vec::new();
    node.with_correlators(|json| correlators.extend_from_slice(json));
    let state = node.lock();
    let times = node.times(&state);
    let end = Timestamp::from_micros(node.start.as_micros().saturating_add(micros(times.elapsed)));
    let is_set = |reserved| state.fields.members().any(|(set, _)| set == reserved);
    let (status, code) = match state.failure {
        None => (ActivityStatus::End, CompletionCode::Success),
        Some(_) => (ActivityStatus::Exception, CompletionCode::Error),
    };
    let severity = state.severity(template.severity);

    let mut pieces = encoder.pieces(out);
    pieces.raw(&template.prefix);
    pieces.text(WireName::Status, status.as_str());
    pieces.text(WireName::Severity, severity.as_str());
    pieces.id(WireName::TrackingId, &node.id);
    if let Some(parent) = &node.parent {
        pieces.id(WireName::ParentId, &parent.id);
    }
    pieces.integer(WireName::Time, end.as_micros());
    pieces.integer(WireName::StartTime, node.start.as_micros());
    pieces.integer(WireName::EndTime, end.as_micros());
    pieces.integer(WireName::ElapsedTime, micros(times.elapsed));
    pieces.integer(WireName::WaitTime, micros(times.idle));
    pieces.raw(&correlators);
    if let Some(text) = state.failure.as_deref().filter(|text| !text.is_empty()) {
        pieces.key(WireName::Exception);
        pieces.raw(b"\"");
        pieces.raw(text);
        pieces.raw(b"\"");
    }
    if !is_set(Reserved::CompletionCode) {
        pieces.text(WireName::CompletionCode, code.as_str());
    }
    for (reserved, member) in &template.fallbacks {
        if !is_set(*reserved) {
            pieces.raw(member);
        }
    }
    for (_, member) in state.fields.members() {
        pieces.raw(member);
    }
    pieces.integer(
        WireName::IdCount,
        i64::try_from(state.member_count).unwrap_or(i64::MAX),
    );
    if !state.members.is_empty() {
        pieces.ids(WireName::IdSet, &state.members);
    }
    let mut opening: &[u8] = b",\"properties\":[";
    for property in state.fields.properties() {
        pieces.raw(opening);
        // Without its comma, which stands only between two of them.
        pieces.raw(property.get(1..).unwrap_or_default());
        opening = b",";
    }
    pieces.raw(if opening.len() > 1 { b"}" } else { b"]}" });
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
