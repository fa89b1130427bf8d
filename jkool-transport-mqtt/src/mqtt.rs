//! What makes connections to one broker.

use std::fmt;
use std::sync::Arc;

use jkool_model::EntityKind;
use jkool_transport::{Connect, Endpoint, Refusal, Transport, TransportError, async_trait};

use crate::link::Link;
use crate::session::Session;
use crate::settings::Settings;
use crate::{MqttBuilder, Subscription};

/// Makes connections to one MQTT broker. A clone is cheap and shares the settings.
///
/// ```
/// use jkool_transport::Connect as _;
/// use jkool_transport_mqtt::Mqtt;
///
/// let builder = Mqtt::builder("mqtts://broker.example.com")
///     .topic("rust/streams")
///     .credentials("user", "password");
/// # // A machine that runs the examples may trust no certificates.
/// # let builder = builder.tls(jkool_transport::TlsOptions::new().danger_accept_invalid_certs(true));
/// let mqtt = builder.build()?;
/// assert_eq!(mqtt.endpoint().port(), Some(8883));
/// # Ok::<(), jkool_transport::TransportError>(())
/// ```
#[derive(Clone)]
pub struct Mqtt {
    settings: Arc<Settings>,
}

impl Mqtt {
    /// Begins with the address of the broker: `mqtt://host` or `tcp://host` (port 1883), `mqtts://host` or
    /// `ssl://host` (TLS, port 8883), each with `:port` if it is another one, or a bare `host[:port]`, which is
    /// `mqtt://`, or `mqtts://` once there are TLS options. An IPv6 address stands in brackets.
    pub fn builder(address: impl Into<String>) -> MqttBuilder {
        MqttBuilder::new(address.into())
    }

    /// Makes a connection that receives what is published to topics that match `filter`, in which `+` stands for one
    /// level and `#` for all that follow: `orders/+/paid`, `orders/#`. Messages may be as large as
    /// [`max_packet_bytes`](MqttBuilder::max_packet_bytes), and come with the lower of the publisher's quality of service
    /// and [`qos`](MqttBuilder::qos); the topic of the builder does not matter. One attempt; whoever subscribes connects
    /// again when [`Subscription::next`] fails.
    ///
    /// A [`client_id`](MqttBuilder::client_id) serves one connection: give a subscriber one of its own, or none.
    ///
    /// ```no_run
    /// use jkool_transport_mqtt::Mqtt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), jkool_transport::TransportError> {
    /// let mut subscription = Mqtt::builder("mqtts://broker.example.com").build()?.subscribe("rust/streams").await?;
    /// let publication = subscription.next().await?;
    /// println!("{}: {:?}", publication.topic, publication.body);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connect`](Connect::connect); [`ErrorKind::Config`](jkool_transport::ErrorKind::Config) if the filter is
    /// none, [`ErrorKind::Unauthorized`](jkool_transport::ErrorKind::Unauthorized) if the broker forbids it.
    pub async fn subscribe(&self, filter: &str) -> Result<Subscription, TransportError> {
        Subscription::open(Arc::clone(&self.settings), filter).await
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
        }
    }
}

#[async_trait]
impl Connect for Mqtt {
    /// One connection attempt: resolve, connect, TLS handshake, CONNECT, CONNACK. The connection lives in a task on
    /// the current tokio runtime, and ends when the transport is dropped.
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let session = Session::open(&self.settings).await?;
        Ok(Box::new(Link::new(Arc::clone(&self.settings), session)))
    }

    fn endpoint(&self) -> &Endpoint {
        &self.settings.broker.endpoint
    }

    /// Refuses a channel that cannot be a topic, and a packet above `max_packet_bytes`.
    fn admit(&self, _kind: EntityKind, channel: &str, body_bytes: usize) -> Result<(), Refusal> {
        self.settings.admission.check(channel, body_bytes)
    }
}

/// Shows neither user nor password.
impl fmt::Debug for Mqtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mqtt")
            .field("endpoint", &self.settings.broker.endpoint.to_string())
            .field("topic", &self.settings.admission.topic)
            .field("quality_of_service", &self.settings.admission.quality)
            .field("client_id", &self.settings.client_id)
            .finish_non_exhaustive()
    }
}
