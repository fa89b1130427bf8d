//! Each architecture decision record stands in the list of all.

use super::finding::Finding;
use super::source_tree::SourceTree;

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";

/// Looks for a link to each record.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let index = tree.file(INDEX).map_or("", |file| file.text());
    let records = tree
        .files()
        .iter()
        .filter_map(|file| file.path().strip_prefix(FOLDER));
    let missing = records.filter(|name| {
        name.ends_with(".md") && *name != "README.md" && !index.contains(&format!("]({name})"))
    });
    missing
        .map(|name| Finding::in_file(INDEX, format!("add {name} to the list")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_not_listed_is_found() {
        let count = |index| {
            check(&SourceTree::of(&[
                (INDEX, index),
                ("docs/adr/0001-a.md", ""),
                ("docs/b.md", ""),
            ]))
            .len()
        };
        assert_eq!(count("# Records\n"), 1);
        assert_eq!(count("| [1](0001-a.md) | A |\n"), 0);
    }
}
