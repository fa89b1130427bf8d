//! Where the access token comes from.

use std::ffi::OsString;
use std::path::Path;

use jkool_client::TokenSource;

use crate::args::SecretArg;
use crate::failure::{Failure, Status};
use crate::output;

const TOKEN: &str = "JKOOL_TOKEN";
const TOKEN_FILE: &str = "JKOOL_TOKEN_FILE";

/// Finds the token: as given, in the file given, in the file that `JKOOL_TOKEN_FILE` names, in `JKOOL_TOKEN`; the first
/// of these counts, as in the library. It is read and checked here, so that a bad one is a matter of usage.
pub(crate) fn find(given: Option<&SecretArg>, file: Option<&Path>) -> Result<Option<TokenSource>, Failure> {
    let given = given.and_then(SecretArg::given);
    let source = match (given, file) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                "two tokens: give either a token or --token-file, not both",
            ));
        }
        (Some(token), None) => Some(TokenSource::fixed(token)),
        (None, Some(path)) => Some(from_file(path)),
        (None, None) => match (variable(TOKEN_FILE), variable(TOKEN)) {
            (Some(path), _) => Some(from_file(Path::new(&path))),
            (None, Some(token)) => {
                let token = token
                    .into_string()
                    .map_err(|_| Failure::usage(format!("{TOKEN} is not UTF-8")))?;
                Some(TokenSource::fixed(token))
            }
            (None, None) => None,
        },
    };
    if let Some(source) = &source {
        source
            .current()
            .map_err(|error| Failure::new(Status::Usage, error))?;
    }
    Ok(source)
}

/// An environment variable; an empty one counts as not set.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn from_file(path: &Path) -> TokenSource {
    if is_readable_by_others(path) {
        output::note(&format!(
            "warning: others can read the token in {0}; chmod 600 {0} ends that",
            path.display()
        ));
    }
    TokenSource::file(path)
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}
