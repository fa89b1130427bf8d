//! Each Rust file begins by saying what it holds.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Looks for `//!` on the first line.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let says_something = file
        .text()
        .strip_prefix("//!")
        .and_then(|rest| rest.lines().next());
    if file.rust().is_none() || says_something.is_some_and(|text| !text.trim().is_empty()) {
        return Vec::new();
    }
    vec![Finding::on_line(
        file.path(),
        0,
        "begin the file with a `//!` line that says what it holds",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&SourceFile::new(path, text)).len()
    }

    #[test]
    fn a_file_that_says_nothing_is_found() {
        assert_eq!(count("a/src/b.rs", "use c;\n//! Late.\n"), 1);
        assert_eq!(count("a/src/b.rs", "//!\nuse c;\n"), 1);
        assert_eq!(count("a/src/b.rs", ""), 1);
        assert_eq!(count("a/src/b.rs", "// Not documentation.\n"), 1);
    }

    #[test]
    fn a_file_that_says_what_it_holds_passes() {
        assert_eq!(count("a/src/b.rs", "//! The queue.\n"), 0);
        assert_eq!(count("README.md", "# x\n"), 0);
    }
}
