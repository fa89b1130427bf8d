//! What the process knows of itself and its machine, to fill in a source FQN.

mod address;
mod host;
mod program;
mod user;

use jkool_model::{SourceFqn, SourceType};

pub(crate) use program::program_name;

/// The source FQN of a client that was not given one: the program, its host, its address.
pub(crate) fn default_source_fqn() -> Option<SourceFqn> {
    SourceFqn::builder()
        .element(SourceType::Appl, program_name())
        .default_element(SourceType::Server)
        .default_element(SourceType::NetAddr)
        .build()
        .ok()
}

/// Fills in each `?` and `$KEY`. A key is the name of an environment variable.
///
/// `?` is known for `SERVER` (host name), `NETADDR` (local address), `USER` (of the operating system), `APPL` (program
/// name), `PROCESS` (process id) and `RUNTIME` (process id and host name); other types become `UNKNOWN`.
pub(crate) fn resolve(source_fqn: &SourceFqn) -> SourceFqn {
    source_fqn.resolve(|source_type, key| match key {
        Some(key) => std::env::var(key).ok(),
        None => match source_type {
            SourceType::Server => host::host_name(),
            SourceType::NetAddr => Some(address::local_address().to_string()),
            SourceType::User => user::user_name(),
            SourceType::Appl => Some(program_name()),
            SourceType::Process => Some(std::process::id().to_string()),
            SourceType::Runtime => {
                let host = host::host_name().unwrap_or_else(|| SourceFqn::UNKNOWN.to_owned());
                Some(format!("{}@{host}", std::process::id()))
            }
            _ => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn the_default_names_program_host_and_address() {
        let source = resolve(&default_source_fqn().unwrap());
        assert!(source.is_resolved());
        assert!(
            source.get(SourceType::Appl).unwrap().starts_with("jkool_client"),
            "{source}"
        );
        assert!(
            source.get(SourceType::NetAddr).unwrap().parse::<IpAddr>().is_ok(),
            "{source}"
        );
        assert_ne!(source.get(SourceType::Server), Some(SourceFqn::UNKNOWN));
    }

    #[test]
    fn keys_come_from_the_environment() {
        let source: SourceFqn = "APPL=$PATH#SERVICE=$JKOOL_NO_SUCH_VARIABLE#RUNTIME=?#CACHE=?"
            .parse()
            .unwrap();
        let resolved = resolve(&source);
        assert_eq!(
            resolved.get(SourceType::Appl),
            std::env::var("PATH").ok().as_deref()
        );
        assert_eq!(resolved.get(SourceType::Service), Some(SourceFqn::UNKNOWN));
        assert_eq!(resolved.get(SourceType::Cache), Some(SourceFqn::UNKNOWN));
        let runtime = resolved.get(SourceType::Runtime).unwrap();
        assert!(
            runtime.starts_with(&format!("{}@", std::process::id())),
            "{runtime}"
        );
    }
}
