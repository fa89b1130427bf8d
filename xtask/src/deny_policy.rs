//! deny.toml, read as cargo-deny reads it: one file holds the rules about dependencies, and both tools obey it.

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use crate::workspace::Workspace;

/// The rules of deny.toml that are checked here.
#[derive(Debug)]
pub(crate) struct DenyPolicy {
    /// Licences that any dependency may have.
    pub(crate) licences: Vec<String>,
    /// Licences that single crates may have besides, as (crate, licence).
    pub(crate) licence_exceptions: Vec<(String, String)>,
    /// Crates that must not appear, each with the reason.
    pub(crate) banned: Vec<(String, String)>,
    /// Known advisories that are accepted.
    pub(crate) accepted_advisories: Vec<String>,
}

impl DenyPolicy {
    /// Reads deny.toml.
    ///
    /// # Errors
    /// The file is missing, is not TOML, or an entry lacks its reason.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        Self::parse(&workspace.read("deny.toml")?).context("deny.toml cannot be used")
    }

    fn parse(text: &str) -> Result<Self> {
        let table: Table = toml::from_str(text)?;
        let licences: Vec<String> = entries(&table, "licenses", "allow")
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        ensure!(!licences.is_empty(), "[licenses] allow is empty");
        let mut licence_exceptions = Vec::new();
        for entry in entries(&table, "licenses", "exceptions") {
            let allowed = entry.get("allow").and_then(Value::as_array).into_iter().flatten();
            for licence in allowed.filter_map(Value::as_str) {
                licence_exceptions.push((text_of(entry, "crate")?, licence.to_owned()));
            }
        }
        let reasoned = |section, list, name| -> Result<Vec<(String, String)>> {
            entries(&table, section, list)
                .map(|entry| Ok((text_of(entry, name)?, text_of(entry, "reason")?)))
                .collect()
        };
        let accepted = reasoned("advisories", "ignore", "id")?;
        Ok(Self {
            licences,
            licence_exceptions,
            banned: reasoned("bans", "deny", "crate")?,
            accepted_advisories: accepted.into_iter().map(|(id, _)| id).collect(),
        })
    }
}

fn entries<'a>(table: &'a Table, section: &str, list: &str) -> impl Iterator<Item = &'a Value> {
    table
        .get(section)
        .and_then(|section| section.get(list))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text_of(entry: &Value, name: &str) -> Result<String> {
    let text = entry
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.trim().is_empty());
    text.map(str::to_owned)
        .with_context(|| format!("the entry {} lacks its {name:?}", shown(entry)))
}

/// The texts of an entry, enough to find it.
fn shown(entry: &Value) -> String {
    let texts = entry
        .as_table()
        .into_iter()
        .flatten()
        .filter_map(|(_, value)| value.as_str());
    texts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [licenses]
        allow = ["MIT"]
        exceptions = [{ crate = "roots", allow = ["MPL-2.0"] }]
        [bans]
        deny = [{ crate = "openssl", reason = "one TLS library" }]
        [advisories]
        ignore = [{ id = "RUSTSEC-0000-0001", reason = "not reached" }]
    "#;

    #[test]
    fn the_rules_are_read() {
        let policy = DenyPolicy::parse(FILE).unwrap();
        assert_eq!(policy.licences, ["MIT"]);
        assert_eq!(
            policy.licence_exceptions,
            [("roots".to_owned(), "MPL-2.0".to_owned())]
        );
        assert_eq!(
            policy.banned,
            [("openssl".to_owned(), "one TLS library".to_owned())]
        );
        assert_eq!(policy.accepted_advisories, ["RUSTSEC-0000-0001"]);
    }

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        let error = DenyPolicy::parse(&FILE.replace("not reached", " ")).unwrap_err();
        assert!(error.to_string().contains("RUSTSEC-0000-0001"), "{error}");
        assert!(error.to_string().contains("\"reason\""), "{error}");
    }

    #[test]
    fn a_file_that_allows_nothing_is_refused() {
        assert!(DenyPolicy::parse("[licenses]\nallow = []").is_err());
    }
}
