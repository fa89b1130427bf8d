//! The checks behind `validate`: cheap enough to run on every entity that is sent.

use crate::operation_fields::{OperationFields, RareFields};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::snapshot_fields::SnapshotFields;
use crate::text_list::TextList;
use crate::wire_name::WireName;
use crate::{
    CORRELATORS_MAX, EntityKind, MESSAGE_MAX_BYTES, PROPERTIES_MAX, Property, SNAPSHOTS_MAX, Snapshot,
    TEXT_MAX_BYTES, Timestamp, TrackingId,
};

/// Checks an event, activity or log entry.
pub(crate) fn operation(fields: &OperationFields, kind: EntityKind) -> Result<(), Problems> {
    let mut found = Findings::default();
    let type_kind = EntityKind::of(fields.operation_type);
    let log_as_event = kind == EntityKind::LogEntry && type_kind == EntityKind::Event;
    if type_kind != kind && !log_as_event {
        found.add(WireName::Type.as_str(), ProblemKind::OtherKind);
    }
    found.name(WireName::Operation, fields.operation.as_deref());
    if kind == EntityKind::Activity && fields.operation.is_none() {
        found.add(WireName::Operation.as_str(), ProblemKind::Missing);
    }
    if let Some(message) = &fields.message {
        found.length(WireName::MessageText, message.len_bytes(), MESSAGE_MAX_BYTES);
    }
    found.id(WireName::TrackingId, fields.tracking_id.as_ref());
    found.time(WireName::Time, fields.time);
    found.name(WireName::SourceFqn, fields.source_fqn.as_deref());
    found.texts(WireName::CorrId, fields.correlators.as_ref());
    found.text(WireName::Location, fields.location.as_deref());
    found.text(WireName::User, fields.user.as_deref());
    if let Some(rare) = &fields.rare {
        found.rare(rare);
    }
    found.properties(fields.properties.as_deref().unwrap_or_default());
    found.snapshots(fields.snapshots.as_deref().unwrap_or_default());
    Problems::check(found.problems)
}

/// Checks a snapshot or dataset that travels alone.
pub(crate) fn snapshot(fields: &SnapshotFields, kind: EntityKind) -> Result<(), Problems> {
    let mut found = Findings::default();
    found.snapshot(fields, kind);
    Problems::check(found.problems)
}

/// The problems found so far, and the place that is being looked at.
#[derive(Default)]
struct Findings {
    problems: Vec<Problem>,
    /// The places in the lists of snapshots and properties.
    snapshot: Option<usize>,
    property: Option<usize>,
}

impl Findings {
    #[cold]
    fn add(&mut self, name: &str, kind: ProblemKind) {
        let mut path = String::new();
        for (list, index) in [
            (WireName::Snapshots, self.snapshot),
            (WireName::Properties, self.property),
        ] {
            if let Some(index) = index {
                path.push_str(&format!("{}[{index}].", list.as_str()));
            }
        }
        path.push_str(name);
        self.problems.push(Problem::new(path, kind));
    }

    fn length(&mut self, name: WireName, bytes: usize, max_bytes: usize) {
        if bytes > max_bytes {
            self.add(name.as_str(), ProblemKind::TooLong { bytes, max_bytes });
        }
    }

    fn count(&mut self, name: WireName, items: usize, max_items: usize) {
        if items > max_items {
            self.add(name.as_str(), ProblemKind::TooMany { items, max_items });
        }
    }

    fn text(&mut self, name: WireName, text: Option<&str>) {
        self.length(name, text.map_or(0, str::len), TEXT_MAX_BYTES);
    }

    /// A text that must not be empty, though it may be absent.
    fn name(&mut self, name: WireName, text: Option<&str>) {
        if text.is_some_and(str::is_empty) {
            self.add(name.as_str(), ProblemKind::Empty);
        }
        self.text(name, text);
    }

    fn id(&mut self, name: WireName, id: Option<&TrackingId>) {
        if let Some(Ok(text)) = id.map(TrackingId::as_other_text) {
            self.name(name, Some(text));
        }
    }

    fn time(&mut self, name: WireName, time: Option<Timestamp>) {
        self.number(name, time.map(Timestamp::as_micros));
    }

    fn number(&mut self, name: WireName, number: Option<i64>) {
        if number.is_some_and(i64::is_negative) {
            self.add(name.as_str(), ProblemKind::Negative);
        }
    }

    fn texts(&mut self, name: WireName, texts: Option<&TextList>) {
        let texts = texts.map_or(&[][..], TextList::as_slice);
        self.count(name, texts.len(), CORRELATORS_MAX);
        for text in texts {
            self.name(name, Some(text));
        }
    }

    fn rare(&mut self, rare: &RareFields) {
        self.id(WireName::ParentId, rare.parent_id.as_ref());
        self.text(WireName::Source, rare.source.as_deref());
        self.text(WireName::SourceSsn, rare.source_ssn.as_deref());
        self.text(WireName::SourceUrl, rare.source_url.as_deref());
        self.text(WireName::Resource, rare.resource.as_deref());
        self.length(
            WireName::Exception,
            rare.exception.as_deref().map_or(0, str::len),
            MESSAGE_MAX_BYTES,
        );
        self.text(WireName::MimeType, rare.mime_type.as_deref());
        self.text(WireName::Encoding, rare.encoding.as_deref());
        self.text(WireName::Charset, rare.charset.as_deref());
        self.texts(WireName::Tags, rare.tags.as_ref());
        self.time(WireName::StartTime, rare.start_time);
        self.time(WireName::EndTime, rare.end_time);
        if let (Some(start), Some(end)) = (rare.start_time, rare.end_time) {
            // TNT4J writes 0 for an operation that has not ended yet.
            if end < start && end != Timestamp::EPOCH {
                self.add(WireName::EndTime.as_str(), ProblemKind::EndBeforeStart);
            }
        }
        self.number(WireName::ElapsedTime, rare.elapsed);
        self.number(WireName::WaitTime, rare.wait_time);
        self.number(WireName::MessageAge, rare.message_age);
        self.number(WireName::MessageSize, rare.message_size);
        self.number(WireName::IdCount, rare.id_count);
        for id in rare.id_set.iter().flatten() {
            self.id(WireName::IdSet, Some(id));
        }
        self.extra(&rare.extra);
    }

    fn extra(&mut self, extra: &crate::extra_fields::ExtraFields) {
        for name in extra.misnamed() {
            self.add(name, ProblemKind::OwnName);
        }
        for (name, _) in extra.iter() {
            if name.is_empty() {
                self.add(name, ProblemKind::Empty);
            }
        }
    }

    fn properties(&mut self, properties: &[Property]) {
        self.count(WireName::Properties, properties.len(), PROPERTIES_MAX);
        for (index, property) in properties.iter().enumerate() {
            self.property = Some(index);
            self.name(WireName::Name, Some(property.name()));
            self.text(WireName::Type, property.type_name());
        }
        self.property = None;
    }

    fn snapshots(&mut self, snapshots: &[Snapshot]) {
        self.count(WireName::Snapshots, snapshots.len(), SNAPSHOTS_MAX);
        for (index, snapshot) in snapshots.iter().enumerate() {
            self.snapshot = Some(index);
            self.snapshot(&snapshot.fields, EntityKind::Snapshot);
        }
        self.snapshot = None;
    }

    fn snapshot(&mut self, fields: &SnapshotFields, kind: EntityKind) {
        if EntityKind::of(fields.operation_type) != kind {
            self.add(WireName::Type.as_str(), ProblemKind::OtherKind);
        }
        match &fields.name {
            Some(name) => self.name(WireName::Name, Some(name)),
            None => self.add(WireName::Name.as_str(), ProblemKind::Missing),
        }
        self.text(WireName::Category, fields.category.as_deref());
        self.time(WireName::Time, fields.time);
        if let Some(rare) = fields.rare() {
            self.id(WireName::TrackingId, rare.tracking_id.as_ref());
            self.id(WireName::ParentId, rare.parent_id.as_ref());
            self.name(WireName::SourceFqn, rare.source_fqn.as_deref());
            self.text(WireName::Source, rare.source.as_deref());
            self.text(WireName::SourceSsn, rare.source_ssn.as_deref());
            self.text(WireName::SourceUrl, rare.source_url.as_deref());
            self.extra(&rare.extra);
        }
        self.properties(fields.properties.as_deref().unwrap_or_default());
    }
}
