//! The product does not panic: no `unwrap`, no `expect`.

use super::finding::Finding;
use super::source_file::SourceFile;

/// The calls, and clippy's lint against each.
const CALLS: &[(&str, &str)] = &[(".unwrap()", "unwrap_used"), (".expect(", "expect_used")];

/// Looks for the calls outside tests. Clippy judges the same in what it builds; this rule also sees code for other
/// platforms. A file that carries an `#[expect(clippy::…)]` with its reason is left to clippy.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (call, lint) in CALLS {
        let expected = file
            .code_lines()
            .any(|(_, code)| code.contains(&format!("clippy::{lint}")));
        let lines = file
            .product_lines()
            .filter(|(_, code)| !expected && code.contains(call));
        let message =
            || format!("`{call}` can panic: return the error, or use what says what happens instead");
        findings.extend(lines.map(|(line, _)| Finding::on_line(file.path(), line, message())));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&SourceFile::new("a/src/b.rs", text)).len()
    }

    #[test]
    fn panicking_calls_are_found() {
        assert_eq!(count("fn a() { b().unwrap(); }\n"), 1);
        assert_eq!(count("fn a() {\n    b()\n        .expect(\"b\");\n}\n"), 1);
    }

    #[test]
    fn tests_documentation_and_reasons_pass() {
        assert_eq!(
            count("/// `x.unwrap()`\nfn a() { b.unwrap_or(\".unwrap()\"); }\n"),
            0
        );
        assert_eq!(
            count("#[cfg(test)]\nmod tests {\n    fn a() { b().unwrap(); }\n}\n"),
            0
        );
        assert_eq!(
            count("#[expect(clippy::unwrap_used, reason = \"r\")]\nfn a() { b().unwrap(); }\n"),
            0
        );
    }
}
