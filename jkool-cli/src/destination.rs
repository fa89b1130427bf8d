//! Which far end the flags and the environment mean, and whether they contradict each other.

use std::ffi::OsString;

use crate::args::{DestinationArgs, SecretArg};
use crate::failure::Failure;

const URL: &str = "JKOOL_URL";
const MQTT_PASSWORD: &str = "JKOOL_MQTT_PASSWORD";

/// Where to stream to.
#[derive(Debug)]
pub(crate) enum Destination {
    /// A jKool service; the default one if there is no URL.
    Http { url: Option<String> },
    /// An MQTT broker.
    Mqtt(BrokerAddress),
}

/// How to reach a broker.
#[derive(Debug)]
pub(crate) struct BrokerAddress {
    pub(crate) address: String,
    pub(crate) login: Option<Login>,
    /// Whether it was named as on TNT4PY's command line, which knows no TLS by default.
    pub(crate) is_as_tnt4py: bool,
}

/// A user and a password.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: SecretArg,
}

impl Destination {
    /// Reads the flags; the environment fills in what they leave out.
    pub(crate) fn of(args: &DestinationArgs) -> Result<Self, Failure> {
        let destination = match args.mqtt.mqtt.as_deref() {
            Some([broker, user, password]) => Self::as_tnt4py(args, broker, user, password)?,
            _ => Self::by_url(args)?,
        };
        destination.check_strays(args)?;
        destination.check_tls(args)?;
        Ok(destination)
    }

    fn as_tnt4py(
        args: &DestinationArgs,
        broker: &SecretArg,
        user: &SecretArg,
        password: &SecretArg,
    ) -> Result<Self, Failure> {
        if args.url.is_some() {
            return Err(Failure::usage(
                "two destinations: give either --mqtt or --url, not both",
            ));
        }
        if args.mqtt.username.is_some() {
            return Err(Failure::usage(
                "two users: --mqtt BROKER USER PASSWORD names one already, so leave --username out",
            ));
        }
        let password = match password.given() {
            Some(_) => password.clone(),
            None => mqtt_password("--mqtt BROKER USER -")?,
        };
        Ok(Self::Mqtt(BrokerAddress {
            address: broker.as_str().to_owned(),
            login: Some(Login {
                user: user.as_str().to_owned(),
                password,
            }),
            is_as_tnt4py: true,
        }))
    }

    fn by_url(args: &DestinationArgs) -> Result<Self, Failure> {
        let url = match &args.url {
            Some(url) => Some(url.clone()),
            None => variable(URL).map(|url| into_text(url, URL)).transpose()?,
        };
        match url {
            Some(url) if is_broker(&url) => Ok(Self::Mqtt(BrokerAddress {
                address: url,
                login: match &args.mqtt.username {
                    Some(user) => Some(Login {
                        user: user.clone(),
                        password: mqtt_password("--username")?,
                    }),
                    None => None,
                },
                is_as_tnt4py: false,
            })),
            url => Ok(Self::Http { url }),
        }
    }

    /// Options of the other transport would be ignored, which is never what was meant.
    fn check_strays(&self, args: &DestinationArgs) -> Result<(), Failure> {
        match self {
            Self::Http { .. } => args.mqtt.stray().map_or(Ok(()), |flag| {
                Err(Failure::usage(format!(
                    "{flag} is for MQTT: name a broker, by --mqtt BROKER USER PASSWORD or --url mqtts://BROKER"
                )))
            }),
            Self::Mqtt(broker) => args.stray_over_mqtt().map_or(Ok(()), |flag| {
                let named = if broker.is_as_tnt4py { "--mqtt" } else { "the URL" };
                Err(Failure::usage(format!(
                    "{flag} is for HTTP, and {named} names an MQTT broker: give one or the other"
                )))
            }),
        }
    }

    fn check_tls(&self, args: &DestinationArgs) -> Result<(), Failure> {
        let (scheme, with_tls) = match self {
            Self::Http { url } => (url.as_deref().map(scheme), "https://"),
            Self::Mqtt(broker) => (Some(scheme(&broker.address)), "mqtts://"),
        };
        match (args.tls.first(), scheme.as_deref()) {
            (Some(flag), Some(plain @ ("http" | "mqtt" | "tcp"))) => Err(Failure::usage(format!(
                "{flag} is for TLS, which {plain}:// has not: use {with_tls}"
            ))),
            _ => Ok(()),
        }
    }
}

/// Whether this is the URL of a broker.
pub(crate) fn is_broker(url: &str) -> bool {
    matches!(scheme(url).as_str(), "mqtt" | "mqtts" | "tcp" | "ssl")
}

/// The password from the environment; it may be empty, but must be there.
pub(crate) fn mqtt_password(wanted_by: &str) -> Result<SecretArg, Failure> {
    match std::env::var_os(MQTT_PASSWORD) {
        Some(password) => into_text(password, MQTT_PASSWORD).map(SecretArg::from),
        None => Err(Failure::usage(format!(
            "{wanted_by} needs the password in {MQTT_PASSWORD}"
        ))),
    }
}

/// An environment variable; an empty one counts as not set.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn into_text(value: OsString, name: &str) -> Result<String, Failure> {
    value
        .into_string()
        .map_err(|_| Failure::usage(format!("{name} is not UTF-8")))
}

/// The scheme of a URL, in small letters; empty if there is none.
fn scheme(url: &str) -> String {
    url.split_once("://")
        .map_or("", |(scheme, _)| scheme)
        .trim()
        .to_ascii_lowercase()
}
