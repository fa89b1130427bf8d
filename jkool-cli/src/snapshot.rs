//! `NAME[@CATEGORY]:PROP=VALUE[:TYPE],…` from the command line.

use jkool_client::Snapshot;

use crate::property::parse_property;

/// Reads a snapshot, taken now.
pub(crate) fn parse_snapshot(text: &str) -> Result<Snapshot, String> {
    let (title, properties) = text.split_once(':').unwrap_or((text, ""));
    let (name, category) = match title.split_once('@') {
        Some((name, category)) => (name.trim(), Some(category.trim())),
        None => (title.trim(), None),
    };
    if name.is_empty() || category == Some("") {
        return Err("expected NAME:PROP=VALUE,… or NAME@CATEGORY:PROP=VALUE,…".to_owned());
    }
    let mut snapshot = Snapshot::new(name.to_owned());
    if let Some(category) = category {
        snapshot = snapshot.category(category.to_owned());
    }
    for property in split_at_commas(properties) {
        snapshot = snapshot.add_property(parse_property(&property)?);
    }
    Ok(snapshot)
}

/// The parts between commas; `\,` is a comma within a part, and `\\` a backslash before one.
fn split_at_commas(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next_if(|next| matches!(next, ',' | '\\')) {
                Some(escaped) => part.push(escaped),
                None => part.push('\\'),
            },
            ',' => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Option<String>, Vec<String>) {
        let snapshot = parse_snapshot(text).unwrap();
        let properties = snapshot.get_properties().iter().map(|property| {
            let value = serde_json::to_string(property.value()).unwrap();
            format!(
                "{}={value}:{}",
                property.name(),
                property.type_name().unwrap_or_default()
            )
        });
        (
            snapshot.get_name().unwrap_or_default().to_owned(),
            snapshot.get_category().map(str::to_owned),
            properties.collect(),
        )
    }

    #[test]
    fn name_category_and_properties() {
        let (name, category, properties) =
            shown("Payment@Order:order-no=4711:string,amount=99.5:double,at=12:30");
        assert_eq!((name.as_str(), category.as_deref()), ("Payment", Some("Order")));
        assert_eq!(
            properties,
            [
                "order-no=\"4711\":string",
                "amount=99.5:double",
                "at=\"12:30\":string"
            ]
        );
        let (name, category, properties) = shown(r"Disk:path=C:\\,note=a\, b,c=\d");
        assert_eq!((name.as_str(), category), ("Disk", None));
        assert_eq!(
            properties,
            [
                r#"path="C:\\":string"#,
                r#"note="a, b":string"#,
                r#"c="\\d":string"#
            ]
        );
        assert_eq!(shown("Empty").2, Vec::<String>::new());
    }

    #[test]
    fn errors() {
        for text in ["", ":a=b", "@c:a=b", "n@:a=b"] {
            assert!(
                parse_snapshot(text).unwrap_err().contains("expected NAME"),
                "{text}"
            );
        }
        assert!(parse_snapshot("n:a").unwrap_err().contains("NAME=VALUE"));
    }
}
