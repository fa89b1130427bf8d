//! The headers that say who sends.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// `X-API-Host-Name`, `-Addr`, `-Runtime` (`pid@host`) and `-Version`, as JESL and the Java REST client send them.
/// What cannot be found out, or cannot stand in a header, is left out.
pub(crate) fn identity_headers() -> HeaderMap {
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    let values = [
        ("x-api-host-name", Some(host.clone())),
        (
            "x-api-host-addr",
            local_address().map(|address| address.to_string()),
        ),
        ("x-api-runtime", Some(format!("{}@{host}", std::process::id()))),
        ("x-api-version", Some(env!("CARGO_PKG_VERSION").to_owned())),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| {
            let value = HeaderValue::try_from(value?).ok()?;
            Some((HeaderName::from_static(name), value))
        })
        .collect()
}

/// The address this machine uses towards the outside. Connecting a UDP socket sends nothing: it only asks the routing
/// table. The address asked for is one set aside for documentation.
fn local_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}
