//! The address of this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// Addresses kept for documentation: nobody has them, but routing decides which of ours would be used.
const ELSEWHERE: [(&str, &str); 2] = [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")];

/// The address from which this machine reaches the outside; loopback if it reaches none.
///
/// A UDP socket is connected, which picks a route and sends nothing.
pub(super) fn local_address() -> IpAddr {
    ELSEWHERE
        .iter()
        .find_map(|(from, to)| {
            let to: SocketAddr = to.parse().ok()?;
            let socket = UdpSocket::bind(from).ok()?;
            socket.connect(to).ok()?;
            socket
                .local_addr()
                .ok()
                .map(|address| address.ip())
                .filter(|address| !address.is_unspecified())
        })
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}
