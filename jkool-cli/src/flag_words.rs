//! The library names its setters, the command its flags.

use jkool_client::TransportError;

use crate::failure::{Failure, Status};

/// What the library says in its errors, and what a user of the command can do instead.
const WORDS: [(&str, &str); 5] = [
    ("call allow_plaintext(true)", "give --allow-plaintext"),
    ("or allow plain text", "or give --allow-plaintext"),
    ("give TlsOptions::ca_certs_file", "give --ca-cert"),
    (
        "give the access token to Http::builder instead",
        "give the access token by --https or JKOOL_TOKEN instead",
    ),
    (
        "give them as credentials, so that they are never shown",
        "give --username and JKOOL_MQTT_PASSWORD instead",
    ),
];

/// An error in the settings of a transport, told in the words of the command line.
pub(crate) fn in_flags(error: TransportError) -> Failure {
    let text = error.to_string();
    let told = WORDS
        .into_iter()
        .fold(text.clone(), |text, (setter, flag)| text.replace(setter, flag));
    if told == text {
        return Failure::new(Status::Usage, error);
    }
    match anyhow::Error::new(error).chain().nth(1) {
        None => Failure::usage(told),
        Some(cause) => Failure::usage(format!("{told}: {cause}")),
    }
}
