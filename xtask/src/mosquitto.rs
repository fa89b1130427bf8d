//! The MQTT broker that the end-to-end tests of the MQTT transport run against: is it there, and may it be missing?
//!
//! Without it those tests fail and say how to install it. Only `JKOOL_SKIP_MOSQUITTO=1` lets them pass unrun, and
//! then this task says so aloud.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::console;

/// Lets the tests that need mosquitto pass without running.
const SKIP: &str = "JKOOL_SKIP_MOSQUITTO";

/// Folders where packages put the broker, and which a user's PATH often lacks.
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/sbin",
    "/opt/local/sbin",
];

/// Says what will happen to the tests that need mosquitto. Returns a PATH that includes the broker's folder where
/// the current one does not.
pub(crate) fn prepare() -> Option<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        console::warn(format_args!(
            "{SKIP}=1: the MQTT end-to-end tests that need mosquitto are SKIPPED"
        ));
        return None;
    }
    if finds_broker(env::split_paths(&path)) {
        return None;
    }
    match SYSTEM_FOLDERS
        .iter()
        .map(Path::new)
        .find(|folder| broker_in(folder))
    {
        Some(folder) => extended(&path, folder)?.into_string().ok(),
        None => {
            console::warn(format_args!(
                "mosquitto is not installed: the MQTT end-to-end tests that need it will fail. Install it (Debian, \
                 Ubuntu: apt-get install mosquitto; macOS: brew install mosquitto; Windows: winget install \
                 EclipseFoundation.Mosquitto), or set {SKIP}=1 to skip them"
            ));
            None
        }
    }
}

fn finds_broker(mut folders: impl Iterator<Item = PathBuf>) -> bool {
    folders.any(|folder| broker_in(&folder))
}

fn broker_in(folder: &Path) -> bool {
    folder
        .join("mosquitto")
        .with_extension(env::consts::EXE_EXTENSION)
        .is_file()
}

fn extended(path: &OsStr, folder: &Path) -> Option<OsString> {
    env::join_paths(env::split_paths(path).chain([folder.to_owned()])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_broker_is_not_taken_for_one_with_it() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(!finds_broker([sources].into_iter()));
    }

    #[test]
    fn the_extended_path_keeps_what_was_there_first() {
        let before = env::join_paths(["first", "second"]).unwrap();
        let after = extended(&before, Path::new("broker")).unwrap();
        let folders: Vec<_> = env::split_paths(&after).collect();
        assert_eq!(
            folders,
            [Path::new("first"), Path::new("second"), Path::new("broker")]
        );
    }
}
