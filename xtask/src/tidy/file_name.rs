//! A file is named after the noun it holds; a name that fits anything says nothing.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Names that fit anything.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// Looks at the file's name and its folders' names.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    if !file.path().ends_with(".rs") {
        return Vec::new();
    }
    let named = |part: &&str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    let message = |part: &str| {
        format!(
            "{:?} fits anything: name it after what it holds",
            part.trim_end_matches(".rs")
        )
    };
    file.path()
        .split('/')
        .filter(named)
        .map(|part| Finding::in_file(file.path(), message(part)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str) -> usize {
        check(&SourceFile::new(path, "")).len()
    }

    #[test]
    fn names_that_fit_anything_are_found() {
        assert_eq!(count("a/src/utils.rs"), 1);
        assert_eq!(count("a/tests/common/mod.rs"), 1);
    }

    #[test]
    fn telling_names_pass() {
        assert_eq!(count("a/src/tracking_id.rs"), 0);
        assert_eq!(count("a/src/util_linux.rs"), 0);
        assert_eq!(count("docs/common/picture.svg"), 0);
    }
}
