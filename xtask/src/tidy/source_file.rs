//! One text file of the repository.

use crate::rust_source::RustSource;

/// Folders whose Rust code is for tests and measurements.
const TEST_FOLDERS: &[&str] = &["tests", "benches", "fuzz", "loom", "jkool-bench"];

/// A text file and, if it is Rust code, what the rules need to know of it.
#[derive(Debug)]
pub(crate) struct SourceFile {
    path: String,
    text: String,
    rust: Option<RustSource>,
    only_tests: bool,
}

impl SourceFile {
    /// A file with its path from the root folder, parts separated by `/`.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let rust = path.ends_with(".rs").then(|| RustSource::new(text));
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let only_tests =
            folders.split('/').any(|folder| TEST_FOLDERS.contains(&folder)) || path.ends_with("/tests.rs");
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            rust,
            only_tests,
        }
    }

    /// Takes the whole file for test code, because its parent includes it for tests only.
    pub(crate) fn mark_as_tests(&mut self) {
        self.only_tests = true;
    }

    /// The path from the root folder, parts separated by `/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The code, if this is Rust.
    pub(crate) fn rust(&self) -> Option<&RustSource> {
        self.rust.as_ref()
    }

    /// Whether the path ends with one of these.
    pub(crate) fn is_any_of(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Whether a line, counted from 0, is test code.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.only_tests || self.rust.as_ref().is_some_and(|rust| rust.is_test_line(line))
    }

    /// The lines of Rust code with their numbers from 0, comments and texts blanked out; none if this is no Rust.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.rust.iter().flat_map(|rust| rust.lines().enumerate())
    }

    /// As [`SourceFile::code_lines`], without test code.
    pub(crate) fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code_lines().filter(|(line, _)| !self.is_test_line(*line))
    }

    /// How many lines are not test code.
    pub(crate) fn product_line_count(&self) -> usize {
        if self.only_tests {
            0
        } else {
            self.rust.as_ref().map_or(0, RustSource::lines_outside_tests)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_folders_hold_test_code() {
        let is_test = |path| SourceFile::new(path, "fn a() {}\n").is_test_line(0);
        assert!(is_test("jkool-client/tests/it/main.rs"));
        assert!(is_test("jkool-model/benches/encode.rs"));
        assert!(is_test("jkool-model/fuzz/fuzz_targets/json.rs"));
        assert!(is_test("jkool-client/src/queue/tests.rs"));
        assert!(!is_test("jkool-client/src/testing.rs"));
        assert!(!is_test("jkool-client/src/tests_of_time.rs"));
    }
}
