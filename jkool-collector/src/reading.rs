//! From the body of a request to the entities in it.

use jkool_model::{Entity, EntityKind};
use serde_json::value::RawValue;

/// An entity and the text it was read from.
pub(crate) type Read = (Entity, String);

/// Reads a body: one JSON object, or several, one after another, as in newline-delimited JSON. All of them are read
/// and validated before the first is accepted, so a body is taken whole or not at all, and a client may send it again
/// without making duplicates.
///
/// The kind is that of the path, if the path names one; else the object's `type` tells it.
pub(crate) fn read_entities(kind: Option<EntityKind>, body: &[u8]) -> Result<Vec<Read>, String> {
    let text = std::str::from_utf8(body)
        .map_err(|error| format!("the body is not UTF-8 from byte {} on", error.valid_up_to()))?;
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err("the body is empty: expected a JSON object".to_owned());
    }
    if !text.contains('\n') {
        return read_entity(kind, text).map(|read| vec![read]);
    }
    let mut entities = Vec::new();
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    loop {
        let at = values.byte_offset();
        let Some(value) = values.next() else {
            return Ok(entities);
        };
        let in_line = |reason: String| format!("line {}: {reason}", line_of(text, at));
        let value = value.map_err(|error| in_line(without_position(&error)))?;
        entities.push(read_entity(kind, value.get()).map_err(in_line)?);
    }
}

fn read_entity(kind: Option<EntityKind>, text: &str) -> Result<Read, String> {
    if !text.starts_with('{') {
        return Err("expected a JSON object; several are sent one per line, not as an array".to_owned());
    }
    let entity = match kind {
        Some(kind) => Entity::from_json_as(kind, text.as_bytes()),
        None => Entity::from_json(text.as_bytes()),
    };
    let entity = entity.map_err(|error| error.to_string())?;
    entity.validate().map_err(|problems| problems.to_string())?;
    // A line break can only stand between tokens: inside of strings JSON escapes it.
    Ok((entity, text.replace(['\n', '\r'], " ")))
}

/// The line in which the next value starts, counted from 1.
fn line_of(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_ascii_start().len());
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

/// What the JSON reader complains about, without its position: it counts within the one value.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(body: &str) -> Result<Vec<String>, String> {
        read_entities(None, body.as_bytes()).map(|all| all.into_iter().map(|(_, text)| text).collect())
    }

    #[test]
    fn one_object_or_several() {
        assert_eq!(
            bodies(r#" {"operation":"a"} "#).unwrap(),
            [r#"{"operation":"a"}"#]
        );
        assert_eq!(
            bodies("{\"operation\":\"a\"}\n\n{\"operation\":\"b\"}\r\n").unwrap(),
            [r#"{"operation":"a"}"#, r#"{"operation":"b"}"#]
        );
        assert_eq!(
            bodies("{\n \"operation\": \"a\"\r\n}").unwrap(),
            [r#"{  "operation": "a"  }"#]
        );
    }

    #[test]
    fn a_bad_one_refuses_all_and_is_named() {
        let reason = bodies("{\"operation\":\"a\"}\n\n{\"operation\":}\n{\"operation\":\"c\"}").unwrap_err();
        assert_eq!(reason, "line 3: expected value");
        let reason = bodies("{\"operation\":\"a\"}\n[1]").unwrap_err();
        assert!(reason.starts_with("line 2: expected a JSON object"), "{reason}");
        assert!(bodies(" \n ").unwrap_err().contains("empty"));
        assert!(bodies("[{}]").unwrap_err().contains("not as an array"));
        assert!(
            read_entities(None, b"{\"a\":\"\xff\"}")
                .unwrap_err()
                .contains("byte 6")
        );
    }

    #[test]
    fn the_path_settles_the_kind() {
        let kind_of = |kind, body: &str| read_entities(kind, body.as_bytes()).unwrap()[0].0.kind();
        let body = r#"{"operation":"a"}"#;
        assert_eq!(kind_of(None, body), EntityKind::Event);
        assert_eq!(kind_of(Some(EntityKind::LogEntry), body), EntityKind::LogEntry);
    }
}
