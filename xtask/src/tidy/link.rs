//! Links between documents lead to files that exist.

use super::finding::Finding;
use super::source_tree::SourceTree;

/// Follows every local link of every Markdown file.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.path().ends_with(".md")) {
        let folder = file.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        for Link { line, target, .. } in local_links(file.text()) {
            if resolve(folder, target).is_none_or(|path| !tree.has(&path)) {
                findings.push(Finding::on_line(
                    file.path(),
                    line,
                    format!("the link leads nowhere: {target}"),
                ));
            }
        }
    }
    findings
}

/// A link that stays in this repository.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    /// The line it is on, from 0.
    pub(super) line: usize,
    /// What a reader sees; empty for a definition.
    pub(super) text: &'a str,
    pub(super) target: &'a str,
}

/// The links that stay in this repository; fenced blocks are skipped.
pub(super) fn local_links(text: &str) -> Vec<Link<'_>> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let inline = line
                .match_indices("](")
                .filter(|(at, _)| !in_code(line, *at))
                .filter_map(|(at, _)| {
                    let target = line.get(at + 2..)?.split([')', ' ']).next()?;
                    Some((line.get(..at)?.rsplit('[').next()?, target))
                });
            let definition = line
                .strip_prefix('[')
                .and_then(|rest| rest.split_once("]: "))
                .map(|(_, target)| ("", target.trim()));
            found.extend(
                inline
                    .chain(definition)
                    .filter(|(_, target)| is_local(target))
                    .map(|(text, target)| Link {
                        line: number,
                        text,
                        target,
                    }),
            );
        }
    }
    found
}

fn in_code(line: &str, at: usize) -> bool {
    line.get(..at).is_some_and(|before| {
        before.matches('`').count() % 2 == 1 && line.get(at..).unwrap_or_default().contains('`')
    })
}

fn is_local(target: &str) -> bool {
    !target.starts_with('#')
        && !target.starts_with('<')
        && !target.contains("://")
        && !target.starts_with("mailto:")
}

/// The path from the root that a link in `folder` leads to; none if it leads out of the repository.
pub(super) fn resolve(folder: &str, target: &str) -> Option<String> {
    let target = target.split(['#', '?']).next().unwrap_or_default();
    let start = if target.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&SourceTree::of(&[
            ("docs/a.md", text),
            ("docs/b.md", ""),
            ("LICENSE", ""),
            ("x/src/lib.rs", ""),
        ]))
        .len()
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        assert_eq!(count("[b](c.md) and [d](../d)"), 2);
        assert_eq!(count("[out](../../x)"), 1);
        assert_eq!(count("[b]: missing.md"), 1);
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        assert_eq!(
            count("[b](b.md#part) [l](../LICENSE) [f](../x/src) [r](/LICENSE) [d](./b.md \"title\") [.](..)"),
            0
        );
        assert_eq!(
            count("[w](https://example.org/x) [m](mailto:a@example.org) [h](#here)\n[b]: b.md\n"),
            0
        );
        assert_eq!(count("```md\n[x](nowhere)\n```\nand `[x](nowhere)`"), 0);
    }
}
