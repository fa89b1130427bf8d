//! From the flags to an HTTP transport.

use jkool_client::{Http, PathMode};

use crate::args::DestinationArgs;
use crate::failure::Failure;
use crate::flag_words::in_flags;
use crate::link::Pace;
use crate::{tls, token};

/// The transport to this URL, or to the default one.
pub(crate) fn http(to: &DestinationArgs, url: Option<String>, pace: &Pace) -> Result<Http, Failure> {
    let token = token::find(to.https.as_ref(), to.token_file.as_deref())?.ok_or_else(|| {
        Failure::usage(
            "no access token: set JKOOL_TOKEN, or give --token-file or --https TOKEN; or name an MQTT broker \
             (no account? try jkool demo, or --stdout)",
        )
    })?;
    let mut http = Http::builder(token)
        .tls(tls::options(&to.tls))
        .timeout(pace.answer_timeout)
        .framing(pace.framing)
        .handshake(to.handshake)
        .allow_plaintext(to.allow_plaintext)
        .path_mode(if to.typed_paths {
            PathMode::Typed
        } else {
            PathMode::Root
        });
    if let Some(requests) = pace.in_flight {
        http = http.in_flight(requests);
    }
    if let Some(bytes) = pace.max_record_bytes {
        http = http.max_record_bytes(bytes);
    }
    if let Some(url) = url {
        http = http.url(url);
    }
    http.build().map_err(in_flags)
}
