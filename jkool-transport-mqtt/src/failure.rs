//! What an error of rumqttc means to those who wait for their records.
//!
//! rumqttc's own errors are taken apart rather than passed on: some show a packet, and a packet may hold a password.

use std::io;

use jkool_transport::{ErrorKind, TransportError, tls_failure};
use rumqttc::{ConnectReturnCode, ConnectionError, StateError, TlsError, mqttbytes};

use crate::broker::Broker;

/// Why there is no connection.
pub(crate) fn while_connecting(broker: &Broker, client_id: &str, error: ConnectionError) -> TransportError {
    let endpoint = &broker.endpoint;
    if let Some(failure) = tls_failure(endpoint, &error) {
        return failure;
    }
    match Cause::of(error) {
        Cause::Refused(code) => refused(broker, client_id, code),
        Cause::Io(cause) if broker.is_tls && is_cut_off(&cause) => TransportError::new(
            ErrorKind::Connect,
            format!("{endpoint} broke off while TLS was agreed on: does this port speak TLS?"),
        )
        .with_source(cause),
        Cause::Io(cause) if is_cut_off(&cause) => silent_end(broker).with_source(cause),
        Cause::Io(cause) => TransportError::new(ErrorKind::Connect, format!("cannot connect to {endpoint}"))
            .with_source(cause),
        Cause::Closed => silent_end(broker),
        Cause::Silent => TransportError::new(
            ErrorKind::Connect,
            format!("{endpoint} takes connections but no data"),
        ),
        Cause::Nonsense(cause) => {
            let error = TransportError::new(
                ErrorKind::Misdirected,
                format!("what answers at {endpoint} is no broker for MQTT 3.1.1: check host and port"),
            );
            match cause {
                Some(cause) => error.with_source(cause),
                None => error,
            }
        }
    }
}

/// Why a connection that worked is over.
pub(crate) fn while_connected(broker: &Broker, error: ConnectionError) -> TransportError {
    let endpoint = &broker.endpoint;
    match Cause::of(error) {
        Cause::Closed => TransportError::new(
            ErrorKind::Io,
            format!(
                "{endpoint} closed the connection: it stopped, took a packet for invalid, or another connection \
                 uses the same client id"
            ),
        ),
        Cause::Io(cause) => TransportError::new(ErrorKind::Io, format!("the connection to {endpoint} broke"))
            .with_source(cause),
        Cause::Silent => TransportError::new(
            ErrorKind::Timeout,
            format!("{endpoint} has fallen silent: it answers no ping, or takes no data"),
        ),
        Cause::Refused(_) | Cause::Nonsense(None) => TransportError::new(
            ErrorKind::Io,
            format!("{endpoint} sent a packet that nobody asked for"),
        ),
        Cause::Nonsense(Some(cause)) => {
            TransportError::new(ErrorKind::Io, format!("{endpoint} sent what is no MQTT packet"))
                .with_source(cause)
        }
    }
}

/// The host name did not resolve.
pub(crate) fn unresolved(broker: &Broker, cause: io::Error) -> TransportError {
    TransportError::new(
        ErrorKind::Resolve,
        format!("the host name of {} does not resolve", broker.endpoint),
    )
    .with_source(cause)
}

/// What rumqttc's errors come down to.
enum Cause {
    /// The broker's CONNACK says no, with this return code.
    Refused(u8),
    Io(io::Error),
    /// The far end closed the connection.
    Closed,
    /// The far end neither answers nor takes data.
    Silent,
    /// The far end breaks the protocol.
    Nonsense(Option<mqttbytes::Error>),
}

impl Cause {
    fn of(error: ConnectionError) -> Self {
        match error {
            ConnectionError::ConnectionRefused(code) => Self::Refused(match code {
                ConnectReturnCode::Success => 0,
                ConnectReturnCode::RefusedProtocolVersion => 1,
                ConnectReturnCode::BadClientId => 2,
                ConnectReturnCode::ServiceUnavailable => 3,
                ConnectReturnCode::BadUserNamePassword => 4,
                ConnectReturnCode::NotAuthorized => 5,
            }),
            ConnectionError::Io(cause)
            | ConnectionError::Tls(TlsError::Io(cause))
            | ConnectionError::MqttState(StateError::Io(cause)) => Self::Io(cause),
            ConnectionError::Tls(cause) => Self::Io(io::Error::other(cause)),
            ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => Self::Silent,
            ConnectionError::MqttState(state) => match state {
                StateError::ConnectionAborted => Self::Closed,
                StateError::AwaitPingResp | StateError::CollisionTimeout => Self::Silent,
                // The decoder's own complaint, about an end in the middle of a packet.
                StateError::Deserialization(mqttbytes::Error::Io(cause))
                    if cause.kind() == io::ErrorKind::Other =>
                {
                    Self::Nonsense(Some(mqttbytes::Error::Io(cause)))
                }
                StateError::Deserialization(mqttbytes::Error::Io(cause)) => Self::Io(cause),
                StateError::Deserialization(mqttbytes::Error::InvalidConnectReturnCode(code)) => {
                    Self::Refused(code)
                }
                StateError::Deserialization(cause) => Self::Nonsense(Some(cause)),
                _ => Self::Nonsense(None),
            },
            // `NotConnAck` holds a packet, which is not shown: it may be our own CONNECT sent back.
            ConnectionError::NotConnAck(_) | ConnectionError::RequestsDone => Self::Nonsense(None),
        }
    }
}

/// The return codes of MQTT 3.1.1 §3.2.2.3; 0x80 and above come from brokers that speak MQTT 5 only.
fn refused(broker: &Broker, client_id: &str, code: u8) -> TransportError {
    let endpoint = &broker.endpoint;
    let (kind, message) = match code {
        2 => (
            ErrorKind::Misdirected,
            format!("{endpoint} refuses the client id {client_id:?}: set another one"),
        ),
        3 => (
            ErrorKind::Busy,
            format!("{endpoint} says that it is not available just now"),
        ),
        4 => (
            ErrorKind::Unauthorized,
            format!("{endpoint} refuses user and password"),
        ),
        5 => (
            ErrorKind::Unauthorized,
            format!("{endpoint} does not let this client in: check user, password and client id"),
        ),
        1 | 0x80.. => (
            ErrorKind::Misdirected,
            format!("{endpoint} does not speak MQTT 3.1.1 (return code {code})"),
        ),
        _ => (
            ErrorKind::Misdirected,
            format!("{endpoint} refuses the connection with a return code that MQTT 3.1.1 lacks ({code})"),
        ),
    };
    TransportError::new(kind, message).with_status(code.into())
}

fn silent_end(broker: &Broker) -> TransportError {
    let hint = if broker.is_tls {
        "does it ask for a client certificate?"
    } else {
        "does this port expect TLS (mqtts://)?"
    };
    TransportError::new(
        ErrorKind::Connect,
        format!(
            "{} closed the connection instead of welcoming us: {hint}",
            broker.endpoint
        ),
    )
}

/// Whether the far end went away in the middle.
fn is_cut_off(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn broker(address: &str) -> Broker {
        Broker::parse(address, false).unwrap()
    }

    #[test]
    fn every_return_code_has_its_kind() {
        for (code, kind) in [
            (1, ErrorKind::Misdirected),
            (2, ErrorKind::Misdirected),
            (3, ErrorKind::Busy),
            (4, ErrorKind::Unauthorized),
            (5, ErrorKind::Unauthorized),
            (6, ErrorKind::Misdirected),
            (0x84, ErrorKind::Misdirected),
        ] {
            let error = refused(&broker("b"), "me", code);
            assert_eq!(
                (error.kind(), error.status()),
                (kind, Some(code.into())),
                "{error}"
            );
        }
    }

    #[test]
    fn failures_to_connect_are_told_apart() {
        let io = |kind: io::ErrorKind| ConnectionError::Io(kind.into());
        let tls = || {
            let cause = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
            io::Error::new(io::ErrorKind::InvalidData, cause)
        };
        let aborted = || ConnectionError::MqttState(StateError::ConnectionAborted);
        for (address, error, kind, part) in [
            (
                "b",
                io(io::ErrorKind::ConnectionRefused),
                ErrorKind::Connect,
                "cannot connect",
            ),
            (
                "b",
                io(io::ErrorKind::ConnectionReset),
                ErrorKind::Connect,
                "expect TLS",
            ),
            ("b", aborted(), ErrorKind::Connect, "expect TLS"),
            ("mqtts://b", aborted(), ErrorKind::Connect, "client certificate"),
            (
                "mqtts://b",
                io(io::ErrorKind::UnexpectedEof),
                ErrorKind::Connect,
                "speak TLS",
            ),
            (
                "mqtts://b",
                ConnectionError::Tls(TlsError::Io(tls())),
                ErrorKind::Tls,
                "has expired",
            ),
            (
                "mqtts://b",
                ConnectionError::MqttState(StateError::Deserialization(mqttbytes::Error::Io(tls()))),
                ErrorKind::Tls,
                "has expired",
            ),
            (
                "b",
                ConnectionError::NetworkTimeout,
                ErrorKind::Connect,
                "no data",
            ),
            (
                "b",
                ConnectionError::MqttState(StateError::Deserialization(mqttbytes::Error::MalformedPacket)),
                ErrorKind::Misdirected,
                "no broker",
            ),
        ] {
            let error = while_connecting(&broker(address), "me", error);
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(part), "{error} lacks {part:?}");
        }
    }

    #[test]
    fn an_answer_that_holds_the_password_is_not_shown() {
        let mut echo = rumqttc::Connect::new("me");
        echo.set_login("user", "canary");
        let error = ConnectionError::NotConnAck(rumqttc::Packet::Connect(echo));
        assert!(
            error.to_string().contains("canary"),
            "rumqttc has changed: {error}"
        );
        let error = while_connecting(&broker("b"), "me", error);
        assert!(!format!("{error} {error:?} {:?}", error.source()).contains("canary"));
    }

    #[test]
    fn a_broken_connection_leaves_its_records_in_doubt() {
        let states = [
            StateError::ConnectionAborted,
            StateError::AwaitPingResp,
            StateError::Unsolicited(7),
            StateError::WrongPacket,
            StateError::Deserialization(mqttbytes::Error::MalformedPacket),
            StateError::Io(io::ErrorKind::ConnectionReset.into()),
        ];
        for state in states {
            let error = while_connected(&broker("b"), ConnectionError::MqttState(state));
            assert!(!error.kind().is_before_sending(), "{error}");
        }
    }
}
