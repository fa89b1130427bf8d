//! No path of somebody's machine: what stands in code or documents must mean the same everywhere.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Folders at the root of a machine, and whether tests may name them: those need places that do not exist.
const FOLDERS: &[(&str, bool)] = &[
    ("work", false),
    ("home", true),
    ("root", true),
    ("tmp", true),
    ("Users", true),
];

/// Looks for paths that begin at the root of a machine.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    if !file.is_any_of(&[".rs", ".md", ".toml", ".yml", ".ci/run"]) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in file.text().lines().enumerate() {
        for (folder, in_tests) in FOLDERS {
            let path = format!("/{folder}/");
            if names(text, &path) && !(*in_tests && file.is_test_line(line)) {
                findings.push(Finding::on_line(
                    file.path(),
                    line,
                    format!("{path} is a folder of one machine"),
                ));
            }
        }
    }
    findings
}

/// Whether the path stands there by itself, and not inside a longer path or an address.
fn names(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-/~*}{$>".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&SourceFile::new(path, &text.replace('~', "/"))).len()
    }

    #[test]
    fn folders_of_one_machine_are_found() {
        assert_eq!(count("README.md", "see `~work~main`"), 1);
        assert_eq!(count("a/src/b.rs", "const A: &str = \"~tmp~x\";"), 1);
        assert_eq!(count("a/Cargo.toml", "path = \"~home~me\""), 1);
        assert_eq!(count("a/tests/it/main.rs", "open(\"~work~shared\")"), 1);
    }

    #[test]
    fn addresses_longer_paths_data_and_tests_pass() {
        assert_eq!(
            count(
                "README.md",
                "https:~~example.org~work~x and docs~home~x and work~"
            ),
            0
        );
        assert_eq!(
            count(
                "a/src/b.rs",
                "#[cfg(test)]\nmod tests {\n    const A: &str = \"~tmp~x\";\n}\n"
            ),
            0
        );
        assert_eq!(count("a/tests/data/b.ndjson", "~work~main"), 0);
    }
}
