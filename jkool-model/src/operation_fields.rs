//! The fields that events, activities and log entries share, described once for writing and once for reading.

use std::borrow::Cow;

use crate::extra_fields::ExtraFields;
use crate::field_problem::FieldProblem;
use crate::field_sink::{Describe, FieldSink};
use crate::json_object::ReadFields;
use crate::json_value;
use crate::text_list::TextList;
use crate::wire_name::WireName;
use crate::{
    ActivityStatus, CompletionCode, LogType, Message, OperationType, Property, PropertyValue, Severity,
    Snapshot, Timestamp, TrackingId, Ttl,
};

type Text = Cow<'static, str>;

/// What most operations have stands here; the rest is boxed, since entities are moved by value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OperationFields {
    pub(crate) operation: Option<Text>,
    pub(crate) message: Option<Message>,
    pub(crate) tracking_id: Option<TrackingId>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) source_fqn: Option<Text>,
    pub(crate) correlators: Option<TextList>,
    pub(crate) location: Option<Text>,
    pub(crate) user: Option<Text>,
    pub(crate) properties: Option<Vec<Property>>,
    pub(crate) snapshots: Option<Vec<Snapshot>>,
    pub(crate) rare: Option<Box<RareFields>>,
    pub(crate) operation_type: OperationType,
    pub(crate) severity: Option<Severity>,
    pub(crate) status: Option<ActivityStatus>,
    pub(crate) log_type: Option<LogType>,
    pub(crate) completion_code: Option<CompletionCode>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RareFields {
    pub(crate) parent_id: Option<TrackingId>,
    pub(crate) source: Option<Text>,
    pub(crate) source_ssn: Option<Text>,
    pub(crate) source_url: Option<Text>,
    pub(crate) resource: Option<Text>,
    pub(crate) exception: Option<Text>,
    pub(crate) mime_type: Option<Text>,
    pub(crate) encoding: Option<Text>,
    pub(crate) charset: Option<Text>,
    pub(crate) tags: Option<TextList>,
    pub(crate) reason_code: Option<i64>,
    pub(crate) pid: Option<i64>,
    pub(crate) tid: Option<i64>,
    pub(crate) start_time: Option<Timestamp>,
    pub(crate) end_time: Option<Timestamp>,
    pub(crate) elapsed: Option<i64>,
    pub(crate) wait_time: Option<i64>,
    pub(crate) message_age: Option<i64>,
    pub(crate) message_size: Option<i64>,
    pub(crate) ttl: Option<Ttl>,
    pub(crate) id_count: Option<i64>,
    pub(crate) id_set: Option<Vec<TrackingId>>,
    pub(crate) extra: ExtraFields,
}

impl OperationFields {
    /// Fields of an operation that happens now: a fresh id, the time, severity INFO.
    #[inline]
    pub(crate) fn now(operation_type: OperationType) -> Self {
        let time = Timestamp::now();
        OperationFields {
            operation_type,
            tracking_id: Some(TrackingId::fresh_at(time)),
            time: Some(time),
            severity: Some(Severity::Info),
            ..OperationFields::default()
        }
    }

    pub(crate) fn of_type(operation_type: OperationType) -> Self {
        OperationFields {
            operation_type,
            ..OperationFields::default()
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
        self.tracking_id.get_or_insert_with(|| TrackingId::fresh_at(time));
    }

    pub(crate) fn set_extra(&mut self, layout: u8, name: Text, value: PropertyValue) {
        self.rare_mut().extra.set(layout, name, value);
    }
}

impl Describe for OperationFields {
    #[inline]
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        let dialect = sink.dialect();
        sink.text_or_default(WireName::Operation, self.operation.as_deref())?;
        sink.word(WireName::Type, self.operation_type.as_str())?;
        if let Some(status) = self.status {
            sink.word(WireName::Status, status.as_str())?;
        }
        if let Some(message) = &self.message {
            sink.message(WireName::MessageText, message)?;
        }
        if let Some(severity) = self.severity {
            sink.word(WireName::Severity, severity.as_str())?;
        }
        sink.text_or_default(WireName::SourceFqn, self.source_fqn.as_deref())?;
        if let Some(id) = &self.tracking_id {
            sink.id(WireName::TrackingId, id)?;
        }
        if let Some(time) = self.time {
            sink.integer(WireName::Time, time.as_micros())?;
        }
        if let Some(correlators) = &self.correlators {
            let (tnt4j, tnt4py) = (WireName::CorrId, WireName::CorrIdTnt4py);
            let name = match &self.rare {
                Some(rare) => rare.extra.spelling(dialect, tnt4j, tnt4py),
                None => dialect.pick(tnt4j, tnt4py),
            };
            sink.texts(name, correlators)?;
        }
        sink.text_or_default(WireName::Location, self.location.as_deref())?;
        sink.text_or_default(WireName::User, self.user.as_deref())?;
        if let Some(code) = self.completion_code {
            sink.word(WireName::CompletionCode, code.as_str())?;
        }
        if let Some(log_type) = self.log_type {
            sink.word(WireName::LogType, log_type.as_str())?;
        }
        let rare = self.rare();
        sink.text_or_default(WireName::Source, rare.and_then(|rare| rare.source.as_deref()))?;
        sink.text_or_default(
            WireName::SourceSsn,
            rare.and_then(|rare| rare.source_ssn.as_deref()),
        )?;
        sink.text_or_default(
            WireName::SourceUrl,
            rare.and_then(|rare| rare.source_url.as_deref()),
        )?;
        sink.text_or_default(WireName::Resource, rare.and_then(|rare| rare.resource.as_deref()))?;
        sink.integer_or_default(WireName::Pid, rare.and_then(|rare| rare.pid))?;
        sink.integer_or_default(WireName::Tid, rare.and_then(|rare| rare.tid))?;
        if let Some(rare) = rare {
            rare.describe(sink)?;
        }
        if let Some(properties) = &self.properties {
            sink.objects(WireName::Properties, properties)?;
        }
        if let Some(snapshots) = &self.snapshots {
            sink.objects(WireName::Snapshots, snapshots)?;
        }
        Ok(())
    }
}

impl Describe for RareFields {
    /// All but those that a decoration may fill, which are described whether there are rare fields or not.
    fn describe<S: FieldSink>(&self, sink: &mut S) -> Result<(), S::Error> {
        let dialect = sink.dialect();
        let spelling = |tnt4j, tnt4py| self.extra.spelling(dialect, tnt4j, tnt4py);
        if let Some(id) = &self.parent_id {
            sink.id(spelling(WireName::ParentId, WireName::ParentTrackingId), id)?;
        }
        for (name, text) in [
            (WireName::Exception, &self.exception),
            (WireName::MimeType, &self.mime_type),
            (WireName::Encoding, &self.encoding),
            (WireName::Charset, &self.charset),
        ] {
            if let Some(text) = text {
                sink.text(name, text)?;
            }
        }
        for (name, number) in [
            (WireName::ReasonCode, self.reason_code),
            (WireName::StartTime, self.start_time.map(Timestamp::as_micros)),
            (WireName::EndTime, self.end_time.map(Timestamp::as_micros)),
            (WireName::ElapsedTime, self.elapsed),
            (
                spelling(WireName::WaitTime, WireName::WaitTimeTnt4py),
                self.wait_time,
            ),
            (
                spelling(WireName::MessageAge, WireName::MessageAgeTnt4py),
                self.message_age,
            ),
            (WireName::MessageSize, self.message_size),
            (WireName::TimeToLive, self.ttl.map(Ttl::as_seconds)),
            (WireName::IdCount, self.id_count),
        ] {
            if let Some(number) = number {
                sink.integer(name, number)?;
            }
        }
        if let Some(tags) = &self.tags {
            sink.texts(WireName::Tags, tags)?;
        }
        if let Some(ids) = &self.id_set {
            sink.ids(WireName::IdSet, ids)?;
        }
        self.extra.describe(sink)
    }
}

impl ReadFields for OperationFields {
    fn read(&mut self, name: WireName, json: &str) -> Result<(), FieldProblem> {
        match name {
            WireName::Operation => self.operation = Some(json_value::text(json)?),
            WireName::Type => self.operation_type = json_value::operation_type(json)?,
            WireName::Status => self.status = Some(json_value::activity_status(json)?),
            WireName::MessageText => self.message = Some(json_value::message(json)?),
            WireName::Severity => self.severity = Some(json_value::severity(json)?),
            WireName::SourceFqn => self.source_fqn = Some(json_value::text(json)?),
            WireName::TrackingId => self.tracking_id = Some(json_value::id(json)?),
            WireName::Time => self.time = Some(json_value::time(json)?),
            WireName::CorrId => self.correlators = Some(json_value::text_list(json)?),
            WireName::Location => self.location = Some(json_value::text(json)?),
            WireName::User => self.user = Some(json_value::text(json)?),
            WireName::CompletionCode => self.completion_code = Some(json_value::completion_code(json)?),
            WireName::LogType => self.log_type = Some(json_value::log_type(json)?),
            WireName::Properties => self.properties = Some(json_value::properties(json)?),
            WireName::Snapshots => self.snapshots = Some(json_value::snapshots(json)?),
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
            WireName::ParentId => self.parent_id = Some(json_value::id(json)?),
            WireName::Source => self.source = Some(json_value::text(json)?),
            WireName::SourceSsn => self.source_ssn = Some(json_value::text(json)?),
            WireName::SourceUrl => self.source_url = Some(json_value::text(json)?),
            WireName::Resource => self.resource = Some(json_value::text(json)?),
            WireName::Exception => self.exception = Some(json_value::text(json)?),
            WireName::MimeType => self.mime_type = Some(json_value::text(json)?),
            WireName::Encoding => self.encoding = Some(json_value::text(json)?),
            WireName::Charset => self.charset = Some(json_value::text(json)?),
            WireName::Tags => self.tags = Some(json_value::text_list(json)?),
            WireName::ReasonCode => self.reason_code = Some(json_value::integer(json)?),
            WireName::Pid => self.pid = Some(json_value::integer(json)?),
            WireName::Tid => self.tid = Some(json_value::integer(json)?),
            WireName::StartTime => self.start_time = Some(json_value::time(json)?),
            WireName::EndTime => self.end_time = Some(json_value::time(json)?),
            WireName::ElapsedTime => self.elapsed = Some(json_value::integer(json)?),
            WireName::WaitTime => self.wait_time = Some(json_value::integer(json)?),
            WireName::MessageAge => self.message_age = Some(json_value::integer(json)?),
            WireName::MessageSize => self.message_size = Some(json_value::integer(json)?),
            WireName::TimeToLive => self.ttl = Some(Ttl::from_seconds(json_value::integer(json)?)),
            WireName::IdCount => self.id_count = Some(json_value::integer(json)?),
            WireName::IdSet => self.id_set = Some(json_value::ids(json)?),
            // The layouts of operations have no other fields.
            _ => {}
        }
        Ok(())
    }

    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra
    }
}
