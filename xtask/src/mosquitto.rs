//! The MQTT broker that the end-to-end tests of the MQTT transport run against: is it there, and may it be missing?
//!
//! Without it those tests fail and say how to install it. Only `JKOOL_SKIP_MOSQUITTO=1` lets them pass unrun, and
//! then this task says so aloud.

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

/// Says what will happen to the tests that need mosquitto, if they will not simply run.
pub(crate) fn announce() {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        console::warn(format_args!(
            "{SKIP}=1: the MQTT end-to-end tests that need mosquitto are SKIPPED"
        ));
    } else if !finds_broker(env::split_paths(&path).chain(SYSTEM_FOLDERS.iter().map(PathBuf::from))) {
        console::warn(format_args!(
            "mosquitto is not installed: the MQTT end-to-end tests that need it will fail. Install it (Debian, Ubuntu: \
             apt-get install mosquitto; macOS: brew install mosquitto; Windows: winget install \
             EclipseFoundation.Mosquitto), or set {SKIP}=1 to skip them"
        ));
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
