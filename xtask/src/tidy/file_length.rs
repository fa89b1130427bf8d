//! A file holds one thing: at most 400 lines, tests not counted.

use super::finding::Finding;
use super::source_file::SourceFile;

/// The longest file there may be.
const MAX_LINES: usize = 400;

/// Counts the lines outside tests.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let lines = file.product_line_count();
    if lines <= MAX_LINES {
        return Vec::new();
    }
    let message = format!(
        "{lines} lines without the tests, {MAX_LINES} are the most: give each thing in it its own file"
    );
    vec![Finding::in_file(file.path(), message)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lines: usize, tests: usize) -> usize {
        let text = "fn a() {}\n".repeat(lines)
            + "#[cfg(test)]\nmod tests {\n"
            + &"fn b() {}\n".repeat(tests)
            + "}\n";
        check(&SourceFile::new("a/src/b.rs", &text)).len()
    }

    #[test]
    fn only_what_is_too_long_without_its_tests_is_found() {
        assert_eq!(count(400, 0), 0);
        assert_eq!(count(100, 1000), 0);
        assert_eq!(count(401, 0), 1);
    }
}
