//! Where the broker is.

use jkool_transport::{Endpoint, ErrorKind, TransportError};
use rustls::pki_types::ServerName;
use url::Url;

/// The address of a broker, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Broker {
    /// Name or address; an IPv6 address stands without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_tls: bool,
    /// For messages.
    pub(crate) endpoint: Endpoint,
}

impl Broker {
    /// Reads `mqtt://`, `tcp://`, `mqtts://`, `ssl://` or a bare `host[:port]`, which means TLS if there are options
    /// for it.
    pub(crate) fn parse(address: &str, has_tls_options: bool) -> Result<Self, TransportError> {
        let address = address.trim();
        if address.is_empty() {
            return Err(bad("the address of the MQTT broker is empty"));
        }
        let with_scheme = match (address.contains("://"), has_tls_options) {
            (true, _) => address.to_owned(),
            (false, true) => format!("mqtts://{address}"),
            (false, false) => format!("mqtt://{address}"),
        };
        let endpoint = Endpoint::parse(&with_scheme).map_err(|error| {
            bad("cannot read the address of the MQTT broker: expected mqtt://host, mqtts://host or host, with :port \
                 if it is not the usual one")
            .with_source(error)
        })?;
        let is_tls = match endpoint.scheme() {
            "mqtt" | "tcp" => false,
            "mqtts" | "ssl" => true,
            "ws" | "wss" => {
                return Err(bad(format!(
                    "{endpoint} asks for MQTT over WebSocket, which is not supported: use mqtt:// or mqtts://"
                )));
            }
            other => {
                return Err(bad(format!(
                    "{other}:// is no scheme of an MQTT broker: use mqtt:// or tcp://, mqtts:// or ssl:// with TLS, \
                     or the bare host"
                )));
            }
        };
        if has_tls_options && !is_tls {
            return Err(bad(format!(
                "there are TLS options, but {endpoint} is a connection without TLS: use mqtts://, or leave the \
                 options out"
            )));
        }
        check_rest(&with_scheme, &endpoint)?;
        let host = endpoint
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if is_tls && ServerName::try_from(host.as_str()).is_err() || host.contains('%') {
            return Err(bad(format!(
                "{host:?} is no host name in ASCII, nor an address: write an international name in its xn-- form"
            )));
        }
        match endpoint.port() {
            Some(port) if port != 0 => Ok(Self {
                host,
                port,
                is_tls,
                endpoint,
            }),
            _ => Err(bad(format!(
                "{endpoint} names port 0, where no broker can be reached"
            ))),
        }
    }
}

/// A broker's address is host and port. What else a URL can hold is refused rather than ignored.
fn check_rest(address: &str, endpoint: &Endpoint) -> Result<(), TransportError> {
    let url =
        Url::parse(address).map_err(|error| bad("cannot read the broker's address").with_source(error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(
            "the broker's address holds a user or password: give them as credentials, so that they are never shown",
        ));
    }
    if !matches!(url.path(), "" | "/") {
        return Err(bad(format!(
            "{endpoint} has a path, which a broker has not; the topic is an option of its own"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad(format!(
            "the address of {endpoint} has a query or fragment, which a broker has not"
        )));
    }
    Ok(())
}

fn bad(message: impl Into<std::borrow::Cow<'static, str>>) -> TransportError {
    TransportError::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_address() {
        for (address, has_tls_options, host, port, is_tls) in [
            ("broker", false, "broker", 1883, false),
            ("broker", true, "broker", 8883, true),
            ("broker:2883", false, "broker", 2883, false),
            (" 127.0.0.1:1 ", false, "127.0.0.1", 1, false),
            ("[::1]", false, "::1", 1883, false),
            ("[::1]:77", true, "::1", 77, true),
            ("mqtt://broker/", false, "broker", 1883, false),
            ("tcp://broker", false, "broker", 1883, false),
            ("mqtts://broker", false, "broker", 8883, true),
            ("ssl://broker:8884", true, "broker", 8884, true),
            ("MQTTS://broker", false, "broker", 8883, true),
        ] {
            let broker = Broker::parse(address, has_tls_options).unwrap();
            assert_eq!(
                (broker.host.as_str(), broker.port, broker.is_tls),
                (host, port, is_tls),
                "{address}"
            );
        }
    }

    #[test]
    fn each_bad_address_has_its_own_message() {
        let mut messages = std::collections::HashSet::new();
        for (address, has_tls_options) in [
            ("", false),
            ("mqtt://", false),
            ("https://broker", false),
            ("wss://broker", false),
            ("mqtt://broker", true),
            ("broker:0", false),
            ("user:canary@broker", false),
            ("mqtts://user:canary@broker", false),
            ("mqtt://broker/canary-topic", false),
            ("mqtt://broker?password=canary", false),
            ("mqtts://under score", false),
            ("mqtt://größe", false),
        ] {
            let error = Broker::parse(address, has_tls_options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            let text = format!("{error} {error:?}");
            assert!(
                !text.contains("canary") || text.contains("canary-topic"),
                "{text}"
            );
            messages.insert(error.to_string());
        }
        assert!(messages.len() >= 9, "{messages:#?}");
    }
}
