//! From the flags to an MQTT transport.

use std::time::Duration;

use jkool_client::{Connect as _, Mqtt, QualityOfService};

use crate::args::{DestinationArgs, DialectArg};
use crate::destination::BrokerAddress;
use crate::failure::Failure;
use crate::flag_words::in_flags;
use crate::link::Pace;
use crate::{output, tls};

/// The topic of what is sent without one.
const DEFAULT_TOPIC: &str = "jkool";

/// The defaults of the library, which shorter time-outs may cut.
const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ACK_TIMEOUT: Duration = Duration::from_secs(30);

/// The transport to this broker.
pub(crate) fn mqtt(
    to: &DestinationArgs,
    broker: BrokerAddress,
    dialect: DialectArg,
    pace: &Pace,
) -> Result<Mqtt, Failure> {
    let args = &to.mqtt;
    let quality = args.qos.unwrap_or(match dialect {
        DialectArg::Tnt4j => QualityOfService::AtLeastOnce,
        DialectArg::Tnt4py => QualityOfService::AtMostOnce,
    });
    if args.keep_session && quality == QualityOfService::ExactlyOnce {
        return Err(Failure::usage(
            "--keep-session with --qos 2 can lose messages, since packet ids begin anew with each connection: \
             give --qos 1, or leave --keep-session out",
        ));
    }
    let mut mqtt = Mqtt::builder(broker.address)
        .topic(args.topic.as_deref().unwrap_or(DEFAULT_TOPIC))
        .qos(quality)
        .clean_session(!args.keep_session)
        .connect_timeout(pace.answer_timeout.min(MAX_CONNECT_TIMEOUT))
        .ack_timeout(pace.answer_timeout.min(MAX_ACK_TIMEOUT))
        .allow_plaintext(to.allow_plaintext || broker.is_as_tnt4py);
    let has_login = broker.login.is_some();
    if let Some(login) = broker.login {
        mqtt = mqtt.credentials(login.user, login.password.as_str());
    }
    if let Some(id) = &args.client_id {
        mqtt = mqtt.client_id(id);
    }
    if let Some(interval) = args.keepalive {
        mqtt = mqtt.keepalive(interval);
    }
    if to.tls.first().is_some() {
        mqtt = mqtt.tls(tls::options(&to.tls));
    }
    if let Some(messages) = pace.in_flight {
        mqtt = mqtt.window(messages);
    }
    if let Some(bytes) = pace.max_record_bytes {
        mqtt = mqtt.max_packet_bytes(bytes);
    }
    let mqtt = mqtt.build().map_err(in_flags)?;
    let is_plain = matches!(mqtt.endpoint().scheme(), "mqtt" | "tcp");
    if has_login && is_plain && !mqtt.endpoint().is_loopback() && !to.allow_plaintext {
        output::note(&format!(
            "warning: the password goes to {} without TLS, and anybody on the way can read it; name the broker \
             mqtts://… if it speaks TLS, or give --allow-plaintext if the network is trusted",
            mqtt.endpoint()
        ));
    }
    Ok(mqtt)
}
