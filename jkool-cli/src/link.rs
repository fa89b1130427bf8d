//! From the destination on the command line to a client.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jkool_client::{BodyFraming, Client, ClientBuilder, RetryPolicy, Severity, SourceFqn, Spool};
use tokio::sync::Notify;

use crate::args::{DestinationArgs, DialectArg};
#[cfg(unix)]
use crate::commands::signals;
use crate::destination::Destination;
use crate::failure::{Failure, Status};
use crate::http_link::http;
use crate::mqtt_link::mqtt;
use crate::stdout_link::StdoutLink;

/// How long to wait between two tries at most.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Where to, and how.
pub(crate) struct Link<'a> {
    pub(crate) destination: &'a DestinationArgs,
    pub(crate) dialect: DialectArg,
    pub(crate) source_fqn: Option<&'a str>,
    /// Print instead of sending; who waits on this is told when nobody reads any more.
    pub(crate) to_stdout: Option<Arc<Notify>>,
    pub(crate) pace: Pace,
}

/// How fast, and how patient.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// How long the far end may take for a single answer.
    pub(crate) answer_timeout: Duration,
    /// How many requests or messages may be under way; the default of the transport if it is not said.
    pub(crate) in_flight: Option<usize>,
    pub(crate) framing: BodyFraming,
    /// The largest event; the default of the transport if it is not said.
    pub(crate) max_record_bytes: Option<usize>,
}

impl Pace {
    /// The defaults of the transports.
    pub(crate) fn within(answer_timeout: Duration) -> Self {
        Self {
            answer_timeout,
            in_flight: None,
            framing: BodyFraming::Single,
            max_record_bytes: None,
        }
    }
}

impl Link<'_> {
    /// Begins a client; nothing is sent yet.
    pub(crate) fn client_builder(&self) -> Result<ClientBuilder, Failure> {
        let mut builder = Client::builder();
        builder = match &self.to_stdout {
            Some(unread) => builder.transport(StdoutLink::new(Arc::clone(unread))),
            None => match Destination::of(self.destination)? {
                Destination::Http { url } => builder.transport(http(self.destination, url, &self.pace)?),
                Destination::Mqtt(broker) => {
                    builder.transport(mqtt(self.destination, broker, self.dialect, &self.pace)?)
                }
            },
        };
        if let Some(text) = self.source_fqn {
            let source_fqn = SourceFqn::from_str(text).map_err(|error| Failure::new(Status::Usage, error))?;
            builder = builder.source_fqn(source_fqn);
        }
        Ok(builder
            .dialect(self.dialect.into())
            // What is given on the command line is meant to be sent, whatever its severity.
            .level(Severity::None)
            // Somebody waits for it, and gives up after --timeout.
            .retry(RetryPolicy::default().max_delay(LONGEST_WAIT))
            // The process that did it is not the one that tells it.
            .pid(false)
            // What is not delivered in time is reported, not waited for once more.
            .drop_timeout(Duration::ZERO))
    }

    /// A client that gives an event up after the time-out.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        build(self.client_builder()?.delivery_timeout(self.pace.answer_timeout))
    }
}

/// The same client with a spool.
pub(crate) fn with_spool(builder: ClientBuilder, spool: Spool) -> Result<ClientBuilder, Failure> {
    #[cfg(unix)]
    signals::outlive_file_limits()?;
    Ok(builder.spool(spool))
}

/// Makes the client.
pub(crate) fn build(builder: ClientBuilder) -> Result<Client, Failure> {
    builder
        .build()
        .map_err(|error| Failure::new(Status::Usage, error))
}
