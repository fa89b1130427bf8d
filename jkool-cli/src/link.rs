//! From the destination on the command line to a client.

use std::str::FromStr;
use std::time::Duration;

use jkool_client::{Client, ClientBuilder, Http, PathMode, Severity, SourceFqn};

use crate::args::{DestinationArgs, DialectArg};
use crate::failure::{Failure, Status};
use crate::stdout_link::StdoutLink;
use crate::token;

const PLAINTEXT_SETTER: &str = "call allow_plaintext(true)";

/// Where to, and how.
pub(crate) struct Link<'a> {
    pub(crate) destination: &'a DestinationArgs,
    pub(crate) dialect: DialectArg,
    pub(crate) source_fqn: Option<&'a str>,
    pub(crate) to_stdout: bool,
}

impl Link<'_> {
    /// Makes the client; nothing is sent yet.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let mut builder = if self.to_stdout {
            Client::builder().transport(StdoutLink::new())
        } else {
            self.http()?
        };
        if let Some(text) = self.source_fqn {
            let source_fqn = SourceFqn::from_str(text).map_err(|error| Failure::new(Status::Usage, error))?;
            builder = builder.source_fqn(source_fqn);
        }
        builder
            .dialect(self.dialect.into())
            // What is given on the command line is meant to be sent, whatever its severity.
            .level(Severity::None)
            // The process that did it is not the one that tells it.
            .pid(false)
            .delivery_timeout(self.destination.timeout)
            // What is not delivered by now is reported, not waited for once more.
            .drop_timeout(Duration::ZERO)
            .build()
            .map_err(|error| Failure::new(Status::Usage, error))
    }

    fn http(&self) -> Result<ClientBuilder, Failure> {
        let to = self.destination;
        let token = token::find(to.https.as_ref(), to.token_file.as_deref())?.ok_or_else(|| {
            Failure::usage(
                "no access token: set JKOOL_TOKEN, or give --token-file or --https TOKEN \
                 (no account? try jkool demo, or --stdout)",
            )
        })?;
        let mut http = Http::builder(token)
            .timeout(to.timeout)
            .handshake(to.handshake)
            .allow_plaintext(to.allow_plaintext)
            .path_mode(if to.typed_paths {
                PathMode::Typed
            } else {
                PathMode::Root
            });
        if let Some(url) = &to.url {
            http = http.url(url.as_str());
        }
        let http = http.build().map_err(|error| match error.to_string() {
            // The library names its setter, the command its flag.
            text if text.contains(PLAINTEXT_SETTER) => {
                Failure::usage(text.replace(PLAINTEXT_SETTER, "give --allow-plaintext"))
            }
            _ => Failure::new(Status::Usage, error),
        })?;
        Ok(Client::builder().transport(http))
    }
}
