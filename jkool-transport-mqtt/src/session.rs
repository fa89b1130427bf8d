//! One connection to the broker, from the look-up of its name to CONNACK.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use jkool_transport::{ErrorKind, TransportError};
use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, NetworkOptions, Outgoing};
use tokio::time::timeout;

use crate::settings::Settings;
use crate::{QualityOfService, client_id, failure};

/// A connection that the broker has welcomed. rumqttc would connect again by itself after an error, at once and
/// without end, and would drop what it had accepted; so a session ends with its first error.
pub(crate) struct Session {
    pub(crate) requests: Requests,
    pub(crate) event_loop: EventLoop,
}

/// The way into the event loop, which writes requests in the order in which they were made.
pub(crate) struct Requests {
    client: AsyncClient,
    quality: QualityOfService,
}

/// The event loop took less than it said it would, so that the order of packets is no longer known.
pub(crate) struct TooMany;

impl Session {
    /// Makes the connection that records go through. One attempt.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, TransportError> {
        match &settings.client_id {
            Some(client_id) => Self::open_as(settings, client_id, settings.clean_session).await,
            None => Self::open_as(settings, &client_id::generate(), true).await,
        }
    }

    /// Makes a connection that may receive large messages. One attempt.
    pub(crate) async fn open_to_subscribe(settings: &Settings) -> Result<Self, TransportError> {
        let (client_id, clean_session) = match &settings.client_id {
            Some(client_id) => (client_id.clone(), settings.clean_session),
            None => (client_id::generate(), true),
        };
        let mut options = settings.to_rumqttc(&client_id, clean_session);
        let max_bytes = settings.admission.max_packet_bytes;
        options.set_max_packet_size(max_bytes, max_bytes);
        Self::open_with(settings, &client_id, options).await
    }

    /// Makes a connection under another name, which cannot push that of the records out, and ends it again.
    pub(crate) async fn probe(settings: &Settings) -> Result<(), TransportError> {
        let mut session = Self::open_as(settings, &client_id::generate(), true).await?;
        session.requests.disconnect().map_err(|TooMany| lost_count())?;
        let farewell = async {
            loop {
                match session.event_loop.poll().await {
                    Ok(Event::Outgoing(Outgoing::Disconnect)) => return Ok(()),
                    Ok(_) => {}
                    Err(error) => return Err(failure::while_connected(&settings.broker, error)),
                }
            }
        };
        match timeout(settings.connect_timeout, farewell).await {
            Ok(result) => result,
            Err(_) => Err(TransportError::new(
                ErrorKind::Timeout,
                format!("{} welcomes us but takes no data", settings.broker.endpoint),
            )),
        }
    }

    async fn open_as(
        settings: &Settings,
        client_id: &str,
        clean_session: bool,
    ) -> Result<Self, TransportError> {
        Self::open_with(settings, client_id, settings.to_rumqttc(client_id, clean_session)).await
    }

    async fn open_with(
        settings: &Settings,
        client_id: &str,
        options: MqttOptions,
    ) -> Result<Self, TransportError> {
        // One place more than the window, for DISCONNECT, so that no request ever finds the channel full.
        let capacity = usize::from(settings.window) + 1;
        let (client, mut event_loop) = AsyncClient::new(options, capacity);
        // Our own time-out comes first: rumqttc counts in whole seconds.
        event_loop.set_network_options(network_options(settings.connect_timeout));
        match timeout(settings.connect_timeout, event_loop.poll()).await {
            Ok(Ok(_connack)) => {}
            Ok(Err(error)) => return Err(explain(settings, client_id, error).await),
            Err(_) => return Err(too_slow(settings)),
        }
        // From now on this is the limit of each single write.
        event_loop.set_network_options(network_options(settings.ack_timeout));
        Ok(Self {
            requests: Requests {
                client,
                quality: settings.admission.quality,
            },
            event_loop,
        })
    }
}

impl Requests {
    /// Asks for a publish, now or not at all: nothing here may wait, since the event loop runs in the same task.
    pub(crate) fn publish(&self, topic: &str, body: Bytes) -> Result<(), TooMany> {
        // `try_publish` would do the same, but copies the body. Asked once, this either succeeds or takes its
        // request back.
        let quality = self.quality.to_rumqttc();
        let request = pin!(self.client.publish_bytes(topic, quality, false, body));
        match request.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Ok(()),
            Poll::Ready(Err(_)) | Poll::Pending => Err(TooMany),
        }
    }

    pub(crate) fn subscribe(&self, filter: &str) -> Result<(), TooMany> {
        self.client
            .try_subscribe(filter, self.quality.to_rumqttc())
            .map_err(|_| TooMany)
    }

    pub(crate) fn disconnect(&self) -> Result<(), TooMany> {
        self.client.try_disconnect().map_err(|_| TooMany)
    }
}

/// The error for [`TooMany`].
pub(crate) fn lost_count() -> TransportError {
    TransportError::new(
        ErrorKind::Io,
        "the MQTT event loop does not take what it has room for",
    )
}

fn network_options(limit: Duration) -> NetworkOptions {
    let mut options = NetworkOptions::new();
    options.set_tcp_nodelay(true);
    options.set_connection_timeout(limit.as_secs().saturating_add(1));
    options
}

/// An error of the operating system does not tell whether the name did not resolve or the host did not answer; a
/// second look-up does.
async fn explain(settings: &Settings, client_id: &str, error: ConnectionError) -> TransportError {
    let broker = &settings.broker;
    if matches!(error, ConnectionError::Io(_)) {
        let lookup = tokio::net::lookup_host((broker.host.as_str(), broker.port));
        match timeout(settings.connect_timeout, lookup).await {
            Ok(Ok(_)) => {}
            Ok(Err(cause)) => return failure::unresolved(broker, cause),
            Err(_) => return too_slow(settings),
        }
    }
    failure::while_connecting(broker, client_id, error)
}

fn too_slow(settings: &Settings) -> TransportError {
    TransportError::new(
        ErrorKind::Connect,
        format!(
            "no MQTT connection to {} within {:?}: the host cannot be reached, or what listens there does not answer",
            settings.broker.endpoint, settings.connect_timeout
        ),
    )
}
