//! The fields that snapshots and datasets share, described once for writing and once for reading.

use std::borrow::Cow;

use crate::extra_fields::ExtraFields;
use crate::field_problem::FieldProblem;
use crate::field_sink::{Describe, FieldSink};
use crate::json_object::ReadFields;
use crate::json_value;
use crate::wire_name::{WireName, layout};
use crate::{OperationType, Property, PropertyValue, Severity, Timestamp, TrackingId, Ttl};

type Text = Cow<'static, str>;

/// What most snapshots have stands here; the rest is boxed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SnapshotFields {
    pub(crate) name: Option<Text>,
    pub(crate) category: Option<Text>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) properties: Option<Vec<Property>>,
    pub(crate) rare: Option<Box<RareFields>>,
    pub(crate) operation_type: OperationType,
    pub(crate) severity: Option<Severity>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RareFields {
    pub(crate) tracking_id: Option<TrackingId>,
    pub(crate) parent_id: Option<TrackingId>,
    pub(crate) source_fqn: Option<Text>,
    pub(crate) source: Option<Text>,
    pub(crate) source_ssn: Option<Text>,
    pub(crate) source_url: Option<Text>,
    pub(crate) ttl: Option<Ttl>,
    pub(crate) extra: ExtraFields,
}

impl SnapshotFields {
    pub(crate) fn of_type(operation_type: OperationType) -> Self {
        SnapshotFields {
            name: None,
            category: None,
            time: None,
            properties: None,
            rare: None,
            operation_type,
            severity: None,
        }
    }

    #[inline]
    pub(crate) fn rare_mut(&mut self) -> &mut RareFields {
        self.rare.get_or_insert_default()
    }

    #[inline]
    pub(crate) fn rare(&self) -> Option<&RareFields> {
        self.rare.as_deref()
    }

    /// Sets a fresh id and the time where they are missing.
    pub(crate) fn stamp(&mut self) {
        let time = *self.time.get_or_insert_with(Timestamp::now);
        self.rare_mut()
            .tracking_id
            .get_or_insert_with(|| TrackingId::fresh_at(time));
    }

    pub(crate) fn set_extra(&mut self, name: Text, value: PropertyValue) {
        self.rare_mut().extra.set(layout::SNAPSHOT, name, value);
    }
}

impl Describe for SnapshotFields {
    #[inline]
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        if let Some(name) = &self.name {
            sink.text(WireName::Name, name)?;
        }
        if let Some(time) = self.time {
            sink.integer(WireName::Time, time.as_micros())?;
        }
        sink.word(WireName::Type, self.operation_type.as_str())?;
        if let Some(category) = &self.category {
            sink.text(WireName::Category, category)?;
        }
        if let Some(severity) = self.severity {
            sink.word(WireName::Severity, severity.as_str())?;
        }
        let rare = self.rare();
        sink.text_or_default(
            WireName::SourceFqn,
            rare.and_then(|rare| rare.source_fqn.as_deref()),
        )?;
        if let Some(rare) = rare {
            rare.describe(sink)?;
        }
        match &self.properties {
            Some(properties) => sink.objects(WireName::Properties, properties),
            None => Ok(()),
        }
    }
}

impl Describe for RareFields {
    /// All but the source FQN, which a decoration may fill even if there are no rare fields.
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        if let Some(id) = &self.tracking_id {
            sink.id(WireName::TrackingId, id)?;
        }
        if let Some(id) = &self.parent_id {
            sink.id(WireName::ParentId, id)?;
        }
        for (name, text) in [
            (WireName::Source, &self.source),
            (WireName::SourceSsn, &self.source_ssn),
            (WireName::SourceUrl, &self.source_url),
        ] {
            if let Some(text) = text {
                sink.text(name, text)?;
            }
        }
        if let Some(ttl) = self.ttl {
            sink.integer(WireName::TimeToLive, ttl.as_seconds())?;
        }
        self.extra.describe(sink)
    }
}

impl ReadFields for SnapshotFields {
    fn read(&mut self, name: WireName, json: &str) -> Result<(), FieldProblem> {
        match name {
            WireName::Name => self.name = Some(json_value::text(json)?),
            WireName::Category => self.category = Some(json_value::text(json)?),
            WireName::Time => self.time = Some(json_value::time(json)?),
            WireName::Type => self.operation_type = json_value::operation_type(json)?,
            WireName::Severity => self.severity = Some(json_value::severity(json)?),
            WireName::Properties => self.properties = Some(json_value::properties(json)?),
            other => self.rare_mut().read(other, json)?,
        }
        Ok(())
    }

    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.rare_mut().extra
    }
}

impl ReadFields for RareFields {
    fn read(&mut self, name: WireName, json: &str) -> Result<(), FieldProblem> {
        match name {
            WireName::TrackingId => self.tracking_id = Some(json_value::id(json)?),
            WireName::ParentId => self.parent_id = Some(json_value::id(json)?),
            WireName::SourceFqn => self.source_fqn = Some(json_value::text(json)?),
            WireName::Source => self.source = Some(json_value::text(json)?),
            WireName::SourceSsn => self.source_ssn = Some(json_value::text(json)?),
            WireName::SourceUrl => self.source_url = Some(json_value::text(json)?),
            WireName::TimeToLive => self.ttl = Some(Ttl::from_seconds(json_value::integer(json)?)),
            // The layout of snapshots has no other fields.
            _ => {}
        }
        Ok(())
    }

    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra
    }
}
