//! The MQTT broker that the end-to-end tests of the MQTT transport run against: is it there, and may it be missing?
//!
//! `cargo xtask ci` needs it. `cargo xtask test` goes on without it, as a newcomer's machine may lack it, and then says
//! before and after the tests what did not run.

use std::env;
use std::path::{Path, PathBuf};

use crate::console;

/// Lets the tests that need mosquitto pass without running.
const SKIP: &str = "JKOOL_SKIP_MOSQUITTO";

/// Folders where packages put the broker, and which a user's PATH often lacks. The tests look there too.
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/sbin",
    "/opt/local/sbin",
];

/// Whether a run of the tests may go without the broker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broker {
    /// Without the broker the run fails.
    Required,
    /// Without the broker its tests are skipped, aloud.
    Optional,
}

impl Broker {
    /// The setting with which the tests must be run to leave out those that need the broker; `None` runs them all.
    pub(crate) fn skip(self) -> Option<(&'static str, &'static str)> {
        let path = env::var_os("PATH").unwrap_or_default();
        let is_asked = env::var_os(SKIP).is_some_and(|value| value == "1");
        let is_missing =
            !finds_broker(env::split_paths(&path).chain(SYSTEM_FOLDERS.iter().map(PathBuf::from)));
        (is_asked || (is_missing && self == Broker::Optional)).then_some((SKIP, "1"))
    }
}

/// Says that the tests of the broker are left out, and how to run them.
pub(crate) fn announce_skip() {
    console::warn(format_args!(
        "the MQTT tests that need a broker are SKIPPED. To run them, install mosquitto (Debian, Ubuntu: apt-get install \
         mosquitto; macOS: brew install mosquitto; Windows: winget install EclipseFoundation.Mosquitto) and do not set {SKIP}"
    ));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_broker_is_not_taken_for_one_with_it() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(!finds_broker([sources].into_iter()));
    }

    #[test]
    fn the_broker_is_found_by_the_name_that_the_system_gives_it() {
        let folder = env::temp_dir().join(format!("xtask-mosquitto-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("mosquitto{}", env::consts::EXE_SUFFIX)), "").unwrap();
        let found = finds_broker([folder.clone()].into_iter());
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(found);
    }
}
