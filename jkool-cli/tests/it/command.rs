//! Runs the real binary in an environment that knows nothing of jKool.

use std::path::Path;
use std::time::Duration;

/// The token of all tests. No output may hold it, whatever happens.
pub(crate) const TOKEN: &str = "c4nary-t0ken";

/// Longer than anything here takes, shorter than a hung test.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Variables that would change what the command does.
const UNWANTED: [&str; 18] = [
    "ALL_PROXY",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "JKOOL_LEVEL",
    "JKOOL_MQTT_PASSWORD",
    "JKOOL_SOURCE_FQN",
    "JKOOL_TOKEN",
    "JKOOL_TOKEN_FILE",
    "JKOOL_URL",
    "NO_COLOR",
    "NO_PROXY",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "all_proxy",
    "http_proxy",
    "https_proxy",
];

/// What a finished command left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn jkool() -> assert_cmd::Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("jkool");
    for name in UNWANTED {
        command.env_remove(name);
    }
    command.timeout(DEADLINE);
    command
}

/// The same for commands that go on running.
pub(crate) fn running_jkool() -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jkool"));
    for name in UNWANTED {
        command.env_remove(name);
    }
    command
}

/// Runs to the end.
pub(crate) fn finish(command: &mut assert_cmd::Command) -> Finished {
    let output = command.output().unwrap();
    let finished = Finished {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(
        !format!("{finished:?}").contains("c4nary"),
        "the token is shown: {finished:?}"
    );
    finished
}

pub(crate) fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Finished {
    finish(jkool().args(arguments))
}

impl Finished {
    /// Everything went well, and nothing was said that nobody asked for.
    pub(crate) fn assert_quiet_success(&self) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (0, "", "")
        );
    }

    /// It failed with this code and one line that holds all of `parts`.
    pub(crate) fn assert_failed(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert!(self.stderr.starts_with("jkool: "), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{:?} lacks {part:?}", self.stderr);
        }
    }
}

/// A file that only we can read.
pub(crate) fn private_file(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
