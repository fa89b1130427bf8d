//! Lines end with a line feed and nothing before it; indentation is spaces; a file ends with one line end.

use super::finding::Finding;
use super::source_file::SourceFile;

/// What people write. Recorded data and snapshots stay as they are.
const WRITTEN_BY_PEOPLE: &[&str] = &[".rs", ".md", ".toml", ".yml", ".ci/run"];

/// Looks at every line's end.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    if !file.is_any_of(WRITTEN_BY_PEOPLE) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text().split('\n').enumerate() {
        let message = if line.ends_with('\r') {
            "end lines with a line feed alone"
        } else if line.ends_with([' ', '\t']) {
            "remove the space at the end of the line"
        } else if line.contains('\t') {
            "use spaces instead of a tab"
        } else {
            continue;
        };
        findings.push(Finding::on_line(file.path(), index, message));
    }
    if !file.text().is_empty() && (!file.text().ends_with('\n') || file.text().ends_with("\n\n")) {
        findings.push(Finding::in_file(file.path(), "end the file with one line end"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&SourceFile::new(path, text)).len()
    }

    #[test]
    fn each_kind_is_found() {
        assert_eq!(count("a.md", "a \n"), 1);
        assert_eq!(count("a.rs", "a\r\nb\r\n"), 2);
        assert_eq!(count("a.toml", "\ta = 1\n"), 1);
        assert_eq!(count("a.rs", "a"), 1);
        assert_eq!(count("a.rs", "a\n\n"), 1);
    }

    #[test]
    fn clean_text_and_data_pass() {
        assert_eq!(count("a.md", "a\n\nb\n"), 0);
        assert_eq!(count("a.rs", ""), 0);
        assert_eq!(count("tests/data/a.ndjson", "a \t\r\n"), 0);
    }
}
