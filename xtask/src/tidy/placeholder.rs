//! Nothing unfinished and nothing left over from debugging.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Macros that have no place in a commit.
const PLACEHOLDERS: &[&str] = &["todo!", "unimplemented!", "dbg!"];

/// Looks for calls of these macros, in tests too.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in file.code_lines() {
        for name in PLACEHOLDERS {
            if calls(code, name) {
                findings.push(Finding::on_line(
                    file.path(),
                    line,
                    format!("`{name}` has no place in a commit"),
                ));
            }
        }
    }
    findings
}

fn calls(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        let after = code
            .get(at + name.len()..)
            .and_then(|after| after.trim_start().chars().next());
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_') && after.is_some_and(|c| "([{".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&SourceFile::new("a/src/b.rs", text)).len()
    }

    #[test]
    fn calls_are_found_in_tests_too() {
        assert_eq!(count("fn a() { todo!() }\n"), 1);
        assert_eq!(
            count("#[cfg(test)]\nmod tests {\n    fn a() { std::dbg!(1); unimplemented!(\"x\") }\n}\n"),
            2
        );
    }

    #[test]
    fn words_that_are_no_calls_pass() {
        assert_eq!(
            count("// todo!(\"x\")\nlet a = \"dbg!(1)\";\nfn b() { my_todo!() }\nif dbg != (1) {}\n"),
            0
        );
    }
}
