//! Who runs the process.

/// The user's name, as the login set it: `USER` or `LOGNAME` on Unix, `USERNAME` on Windows.
pub(super) fn user_name() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok().filter(|name| !name.is_empty()))
}
