//! Bytes to entities: which kind it is, then its fields.

use crate::field_problem::FieldProblem;
use crate::json_object::{Members, read_object};
use crate::json_value;
use crate::operation_fields::OperationFields;
use crate::snapshot_fields::SnapshotFields;
use crate::wire_name::{WireName, layout};
use crate::{Activity, Dataset, Entity, EntityKind, Event, LogEntry, OperationType, ReadError, Snapshot};

/// Reads an entity of the kind its type says; without a type, an event.
pub(crate) fn read(json: &[u8]) -> Result<Entity, ReadError> {
    let text = checked(json)?;
    let stated = stated_type(text).map_err(|problem| ReadError::of_field(&problem, text))?;
    let kind = EntityKind::of(stated.unwrap_or_default());
    read_fields(kind, text).map_err(|problem| ReadError::of_field(&problem, text))
}

/// Reads an entity of a known kind, whose type must not be that of another.
pub(crate) fn read_as(kind: EntityKind, json: &[u8]) -> Result<Entity, ReadError> {
    let text = checked(json)?;
    let stated = stated_type(text).map_err(|problem| ReadError::of_field(&problem, text))?;
    match stated.map(EntityKind::of) {
        Some(EntityKind::Event) if kind == EntityKind::LogEntry => {}
        Some(stated) if stated != kind => return Err(ReadError::other_kind(kind, stated)),
        _ => {}
    }
    read_fields(kind, text).map_err(|problem| ReadError::of_field(&problem, text))
}

/// The input as a text that is one JSON object.
fn checked(json: &[u8]) -> Result<&str, ReadError> {
    let text = std::str::from_utf8(json).map_err(ReadError::not_utf8)?;
    match serde_json::from_str::<Members<'_>>(text) {
        Ok(_) => Ok(text),
        Err(error) => Err(ReadError::syntax(error)),
    }
}

fn stated_type(json: &str) -> Result<Option<OperationType>, FieldProblem> {
    let name = WireName::Type.as_str();
    let members = crate::json_object::members(json)?;
    match members.iter().rev().find(|(text, _)| text == name) {
        Some((_, raw)) if raw.get() != "null" => json_value::operation_type(raw.get())
            .map(Some)
            .map_err(|problem| problem.within(name)),
        _ => Ok(None),
    }
}

fn read_fields(kind: EntityKind, json: &str) -> Result<Entity, FieldProblem> {
    let operation = |operation_type, layout| {
        let mut fields = OperationFields::of_type(operation_type);
        read_object(&mut fields, layout, json).map(|()| fields)
    };
    let snapshot = |operation_type| {
        let mut fields = SnapshotFields::of_type(operation_type);
        read_object(&mut fields, layout::SNAPSHOT, json).map(|()| fields)
    };
    Ok(match kind {
        EntityKind::Event => Event {
            fields: operation(OperationType::Event, layout::EVENT)?,
        }
        .into(),
        EntityKind::Activity => Activity {
            fields: operation(OperationType::Activity, layout::ACTIVITY)?,
        }
        .into(),
        EntityKind::LogEntry => LogEntry {
            fields: operation(OperationType::Log, layout::LOG)?,
        }
        .into(),
        EntityKind::Snapshot => Snapshot {
            fields: snapshot(OperationType::Snapshot)?,
        }
        .into(),
        EntityKind::Dataset => Dataset {
            fields: snapshot(OperationType::Dataset)?,
        }
        .into(),
    })
}
