//! A document that names a test, as in `` [`the_test`](path/to/file.rs) ``, names one that exists in that file.

use super::finding::Finding;
use super::link::{local_links, resolve};
use super::source_tree::SourceTree;

/// Looks up every test that a Markdown file names.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.path().ends_with(".md")) {
        let folder = file.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in local_links(file.text()) {
            let Some(name) = test_name(link.text) else {
                continue;
            };
            // Whether the file is there is the business of another rule.
            let Some(source) = resolve(folder, link.target).and_then(|path| tree.file(&path)) else {
                continue;
            };
            if !source.text().contains(&format!("fn {name}(")) {
                findings.push(Finding::on_line(
                    file.path(),
                    link.line,
                    format!("{} has no test {name}", link.target),
                ));
            }
        }
    }
    findings
}

/// The name in the backquotes, if the whole text of the link is one and it is a name.
fn test_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('`')?.strip_suffix('`')?;
    let is_name = name.contains('_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&SourceTree::of(&[
            ("README.md", text),
            ("x/tests/it/main.rs", "#[test]\nfn it_works() {}\n"),
        ]))
        .len()
    }

    #[test]
    fn a_test_that_is_gone_is_found() {
        assert_eq!(count("| a | [`it_worked`](x/tests/it/main.rs) |"), 1);
    }

    #[test]
    fn a_test_that_is_there_and_other_links_pass() {
        assert_eq!(
            count(
                "[`it_works`](x/tests/it/main.rs) [`main.rs`](x/tests/it/main.rs) [it](x/tests/it/main.rs)"
            ),
            0
        );
    }
}
