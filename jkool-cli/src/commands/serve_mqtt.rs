//! What `jkool serve` receives from an MQTT broker.

use std::time::Duration;

use jkool_client::{Connect as _, Mqtt, Subscription, TlsOptions, TransportError};
use jkool_collector::{Collector, Escaped, TakeError};

use crate::args::ServeArgs;
use crate::destination::mqtt_password;
use crate::failure::Failure;
use crate::flag_words::in_flags;
use crate::output;

/// The largest message taken, in bytes: as much as the collector takes over HTTP.
const MAX_MESSAGE_BYTES: usize = 16 << 20;

/// The waits between attempts to connect again.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How many messages that are no entities are told one by one; more are counted only.
const TOLD: u64 = 20;

/// A broker, and what to receive from it.
pub(crate) struct Broker {
    mqtt: Mqtt,
    filter: String,
}

impl Broker {
    /// The broker that the arguments name.
    pub(crate) fn of(args: &ServeArgs) -> Result<Option<Self>, Failure> {
        let (Some(address), Some(filter)) = (&args.mqtt, &args.subscribe) else {
            return Ok(None);
        };
        let mut mqtt = Mqtt::builder(address)
            .max_packet_bytes(MAX_MESSAGE_BYTES)
            .allow_plaintext(args.allow_plaintext);
        if let Some(user) = &args.username {
            mqtt = mqtt.credentials(user, mqtt_password("--username")?.as_str());
        }
        if let Some(file) = &args.ca_cert {
            mqtt = mqtt.tls(TlsOptions::new().ca_certs_file(file));
        }
        Ok(Some(Self {
            mqtt: mqtt.build().map_err(in_flags)?,
            filter: filter.clone(),
        }))
    }

    /// Hands what is published to the collector. Fails if the first connection does; later ones are made again and
    /// again.
    pub(crate) async fn receive(&self, collector: &Collector) -> Result<(), Failure> {
        let mut subscription = self.subscribe().await?;
        output::note(&format!(
            "receiving what is published to {} at {}",
            Escaped(&self.filter),
            self.mqtt.endpoint()
        ));
        let mut told = 0;
        loop {
            let trouble = loop {
                match subscription.next().await {
                    Ok(publication) => {
                        let Err(error) = collector.take(&publication.body, &publication.topic) else {
                            continue;
                        };
                        told += 1;
                        tell(&publication.topic, &error, told);
                    }
                    Err(trouble) => break trouble,
                }
            };
            output::note(&format!("{trouble}; connecting again"));
            subscription = self.subscribe_again().await;
            output::note(&format!("connected to {} again", self.mqtt.endpoint()));
        }
    }

    async fn subscribe(&self) -> Result<Subscription, TransportError> {
        self.mqtt.subscribe(&self.filter).await
    }

    async fn subscribe_again(&self) -> Subscription {
        let mut wait = FIRST_WAIT;
        loop {
            match self.subscribe().await {
                Ok(subscription) => return subscription,
                Err(_) => {
                    tokio::time::sleep(wait).await;
                    wait = LONGEST_WAIT.min(2 * wait);
                }
            }
        }
    }
}

/// Tells of the first messages that were not taken.
fn tell(topic: &str, error: &TakeError, number: u64) {
    let (topic, reason) = (Escaped(topic), error.to_string());
    match number {
        ..=TOLD => output::note(&format!("not taken from {topic}: {}", Escaped(&reason))),
        number if number == TOLD + 1 => {
            output::note("there are more such messages; they are counted, but no longer told one by one");
        }
        _ => {}
    }
}
