//! A silenced lint says why: `#[expect(lint, reason = "…")]`, or at least an `allow` with a reason.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Looks for `allow` attributes without a reason. Clippy does the same for what it builds; this rule also sees code
/// for other platforms.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let lines: Vec<&str> = file.code_lines().map(|(_, code)| code).collect();
    let mut findings = Vec::new();
    for (line, code) in lines.iter().enumerate() {
        let Some(at) = code
            .find("[allow(")
            .or_else(|| code.find(" allow(").filter(|_| code.contains("cfg_attr(")))
        else {
            continue;
        };
        let attribute = code.get(at..).unwrap_or_default().to_owned()
            + &lines.get(line + 1..).unwrap_or_default().join("");
        let attribute = attribute.split(")]").next().unwrap_or_default();
        if !attribute.contains("reason") {
            findings.push(Finding::on_line(
                file.path(),
                line,
                "say why: #[expect(lint, reason = \"…\")]",
            ));
        }
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
    fn a_bare_allow_is_found() {
        assert_eq!(count("#[allow(dead_code)]\nfn a() {}"), 1);
        assert_eq!(count("#![allow(dead_code)]"), 1);
        assert_eq!(count("#[cfg_attr(windows, allow(dead_code))]"), 1);
        assert_eq!(count("#[allow(\n    dead_code,\n)]\n// reason = \"none\""), 1);
    }

    #[test]
    fn a_reason_makes_it_pass() {
        assert_eq!(count("#[expect(dead_code, reason = \"used on Windows\")]"), 0);
        assert_eq!(
            count("#[allow(\n    dead_code,\n    reason = \"used on Windows\",\n)]"),
            0
        );
        assert_eq!(count("// #[allow(dead_code)]"), 0);
        assert_eq!(count("policy.allow(x);"), 0);
    }
}
