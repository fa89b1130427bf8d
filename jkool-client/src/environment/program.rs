//! The name of the program.

use std::path::Path;

use jkool_model::SourceFqn;

/// The name the program was started by, without folders and the extension of Windows.
pub(crate) fn program_name() -> String {
    std::env::args_os()
        .next()
        .as_deref()
        .map(Path::new)
        .and_then(Path::file_stem)
        .map(|name| {
            name.to_string_lossy()
                .replace(|c: char| c == '#' || c.is_control(), "_")
        })
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| SourceFqn::UNKNOWN.to_owned())
}
