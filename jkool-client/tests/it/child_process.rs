//! Tests that change what a process has only one of: its subscriber, its logger, its panic hook.

use std::process::Command;

const MARK: &str = "JKOOL_TEST_CHILD";

/// Runs `work` in a process of its own: the test of this name is started again, and there does the work.
pub(crate) fn in_child(test: &str, work: impl FnOnce()) {
    if std::env::var_os(MARK).is_some_and(|name| name == test) {
        work();
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(MARK, test)
        .output()
        .unwrap();
    let shown = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("1 passed"), "no test of the name {test}: {shown}");
}
