//! The name of this machine.

/// The host name as the operating system knows it.
pub(super) fn host_name() -> Option<String> {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}
