//! An ignored test says why, and so when to run it.

use super::finding::Finding;
use super::source_file::SourceFile;

/// Looks for `#[ignore]` without a text.
pub(crate) fn check(file: &SourceFile) -> Vec<Finding> {
    let bare = file.code_lines().filter(|(_, code)| code.contains("#[ignore]"));
    bare.map(|(line, _)| Finding::on_line(file.path(), line, "say why: #[ignore = \"takes 4 GiB of disk\"]"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_ignore_is_found() {
        let count = |text| check(&SourceFile::new("a/tests/it/b.rs", text)).len();
        assert_eq!(count("#[test]\n#[ignore]\nfn a() {}\n"), 1);
        assert_eq!(count("#[test]\n#[ignore = \"takes minutes\"]\nfn a() {}\n"), 0);
        assert_eq!(count("// #[ignore]\n"), 0);
    }
}
