//! Bytes to entities: which kind it is, then its fields.

use crate::field_problem::FieldProblem;
use crate::json_object::{Members, read_members};
use crate::json_value;
use crate::operation_fields::OperationFields;
use crate::snapshot_fields::SnapshotFields;
use crate::wire_name::{WireName, layout};
use crate::{Activity, Dataset, Entity, EntityKind, Event, LogEntry, OperationType, ReadError, Snapshot};

/// Reads an entity of the kind its type says; without a type, an event.
pub(crate) fn read(json: &[u8]) -> Result<Entity, ReadError> {
    let input = Input::parse(json)?;
    let kind = EntityKind::of(input.stated_type()?.unwrap_or_default());
    input.read(kind)
}

/// Reads an entity of a known kind, whose type must not be that of another.
pub(crate) fn read_as(kind: EntityKind, json: &[u8]) -> Result<Entity, ReadError> {
    let input = Input::parse(json)?;
    match input.stated_type()?.map(EntityKind::of) {
        // Most log entries of TNT4J say EVENT.
        Some(EntityKind::Event) if kind == EntityKind::LogEntry => {}
        Some(stated) if stated != kind => return Err(ReadError::other_kind(kind, stated)),
        _ => {}
    }
    input.read(kind)
}

/// A text that is one JSON object.
struct Input<'a> {
    text: &'a str,
    members: Members<'a>,
}

impl<'a> Input<'a> {
    fn parse(json: &'a [u8]) -> Result<Self, ReadError> {
        let text = std::str::from_utf8(json).map_err(ReadError::not_utf8)?;
        let members = serde_json::from_str(text).map_err(ReadError::syntax)?;
        Ok(Input { text, members })
    }

    fn stated_type(&self) -> Result<Option<OperationType>, ReadError> {
        let name = WireName::Type.as_str();
        match self.members.last(name) {
            Some(raw) if raw.get() != "null" => match json_value::operation_type(raw.get()) {
                Ok(operation_type) => Ok(Some(operation_type)),
                Err(problem) => Err(ReadError::of_field(&problem.within(name), self.text)),
            },
            _ => Ok(None),
        }
    }

    fn read(&self, kind: EntityKind) -> Result<Entity, ReadError> {
        self.fields(kind)
            .map_err(|problem| ReadError::of_field(&problem, self.text))
    }

    fn fields(&self, kind: EntityKind) -> Result<Entity, FieldProblem> {
        Ok(match kind {
            EntityKind::Event => Event {
                fields: self.operation(OperationType::Event, layout::EVENT)?,
            }
            .into(),
            EntityKind::Activity => Activity {
                fields: self.operation(OperationType::Activity, layout::ACTIVITY)?,
            }
            .into(),
            EntityKind::LogEntry => LogEntry {
                fields: self.operation(OperationType::Log, layout::LOG)?,
            }
            .into(),
            EntityKind::Snapshot => Snapshot {
                fields: self.snapshot(OperationType::Snapshot)?,
            }
            .into(),
            EntityKind::Dataset => Dataset {
                fields: self.snapshot(OperationType::Dataset)?,
            }
            .into(),
        })
    }

    fn operation(&self, operation_type: OperationType, layout: u8) -> Result<OperationFields, FieldProblem> {
        let mut fields = OperationFields::of_type(operation_type);
        read_members(&mut fields, layout, &self.members)?;
        Ok(fields)
    }

    fn snapshot(&self, operation_type: OperationType) -> Result<SnapshotFields, FieldProblem> {
        let mut fields = SnapshotFields::of_type(operation_type);
        read_members(&mut fields, layout::SNAPSHOT, &self.members)?;
        Ok(fields)
    }
}
