//! The README shows the two commands that a newcomer needs, ready to copy.

use super::finding::Finding;
use super::source_tree::SourceTree;

/// One shows what the project does, the other that it works.
const COMMANDS: &[&str] = &["cargo run -p jkool-cli -- demo", "cargo xtask test"];

/// Looks for each command on a line of a fenced block.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let Some(readme) = tree.file("README.md") else {
        return vec![Finding::in_file("README.md", "is missing")];
    };
    let mut fenced = false;
    let mut shown = Vec::new();
    for line in readme.text().lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            // A comment may follow the command.
            shown.push(
                line.split(" #")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .trim_start_matches("$ "),
            );
        }
    }
    let missing = COMMANDS.iter().filter(|command| !shown.contains(command));
    missing
        .map(|command| Finding::in_file("README.md", format!("show `{command}` in a fenced block")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&SourceTree::of(&[("README.md", text)])).len()
    }

    #[test]
    fn both_commands_must_be_shown() {
        assert_eq!(
            count("```sh\ncargo run -p jkool-cli -- demo   # see it\ncargo xtask test\n```\n"),
            0
        );
        assert_eq!(count("```sh\ncargo xtask test\n```\n"), 1);
        assert_eq!(count("Run cargo run -p jkool-cli -- demo\ncargo xtask test\n"), 2);
    }

    #[test]
    fn without_a_readme_nothing_is_shown() {
        assert_eq!(check(&SourceTree::of(&[])).len(), 1);
    }
}
