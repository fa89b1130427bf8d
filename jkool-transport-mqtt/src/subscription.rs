//! The other direction: what others publish.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jkool_transport::{Endpoint, ErrorKind, TransportError};
use rumqttc::{Event, EventLoop, Outgoing, Packet, SubscribeReasonCode};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

use crate::failure;
use crate::session::{Requests, Session, TooMany, lost_count};
use crate::settings::Settings;

/// How many messages wait for their receiver before the broker is left to wait.
const WAITING: usize = 16;

/// How long DISCONNECT may take when nobody waits for it.
const FAREWELL: Duration = Duration::from_secs(1);

/// Receives what others publish to the topics of one filter; see [`Mqtt::subscribe`](crate::Mqtt::subscribe).
///
/// It lives in a task on the tokio runtime it was made on, as long as its connection, and never connects again by
/// itself. While the receiver takes nothing, the broker keeps what it has for a while, and the connection ends if that
/// lasts longer than the keep-alive.
pub struct Subscription {
    endpoint: Endpoint,
    publications: mpsc::Receiver<Result<Publication, TransportError>>,
    /// Ends the task when it is dropped.
    _leave: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// A message that somebody has published.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Publication {
    /// The topic it was published to.
    pub topic: String,
    /// What it says: of a jKool client, one entity in JSON.
    pub body: Bytes,
}

impl Subscription {
    pub(crate) async fn open(settings: Arc<Settings>, filter: &str) -> Result<Self, TransportError> {
        if let Some(fault) = find_fault(filter) {
            let message = format!("the topic filter {fault}");
            return Err(TransportError::new(ErrorKind::Config, message));
        }
        let Session {
            requests,
            mut event_loop,
        } = Session::open_to_subscribe(&settings).await?;
        requests.subscribe(filter).map_err(|TooMany| lost_count())?;
        let (inlet, publications) = mpsc::channel(WAITING);
        let subscribing = until_subscribed(&settings, &mut event_loop, &inlet, filter);
        match timeout(settings.connect_timeout, subscribing).await {
            Ok(result) => result?,
            Err(_) => {
                let message = format!("{} does not answer to a SUBSCRIBE", settings.broker.endpoint);
                return Err(TransportError::new(ErrorKind::Timeout, message));
            }
        }
        let endpoint = settings.broker.endpoint.clone();
        let (leave, left) = oneshot::channel();
        let task = tokio::spawn(receive(settings, requests, event_loop, inlet, left));
        Ok(Self {
            endpoint,
            publications,
            _leave: leave,
            task,
        })
    }

    /// The next message. To stop waiting and to wait again later is fine: none gets lost.
    ///
    /// # Errors
    ///
    /// The connection is over, and why; what came before it ended was given out before. After that, only
    /// [`ErrorKind::Closed`].
    pub async fn next(&mut self) -> Result<Publication, TransportError> {
        self.publications.recv().await.unwrap_or_else(|| {
            let message = format!("the subscription at {} has ended", self.endpoint);
            Err(TransportError::new(ErrorKind::Closed, message))
        })
    }

    /// Ends the connection with a DISCONNECT, waiting for it until the deadline. What was not taken is lost.
    pub async fn close(self, deadline: Instant) {
        let Self {
            publications,
            _leave: leave,
            mut task,
            ..
        } = self;
        drop((publications, leave));
        tokio::select! {
            _ = &mut task => {}
            () = sleep_until(deadline.into()) => task.abort(),
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("endpoint", &self.endpoint.to_string())
            .finish_non_exhaustive()
    }
}

/// Shows the size of the body only, which may be anything.
impl fmt::Debug for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication")
            .field("topic", &self.topic)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Polls until the broker has answered the SUBSCRIBE. Retained messages may come before the answer.
async fn until_subscribed(
    settings: &Settings,
    event_loop: &mut EventLoop,
    inlet: &mpsc::Sender<Result<Publication, TransportError>>,
    filter: &str,
) -> Result<(), TransportError> {
    loop {
        match event_loop.poll().await {
            Ok(Event::Incoming(Packet::SubAck(answer))) => {
                return match answer.return_codes.first() {
                    Some(SubscribeReasonCode::Success(_)) => Ok(()),
                    _ => Err(TransportError::new(
                        ErrorKind::Unauthorized,
                        format!(
                            "{} does not let this client subscribe to {filter:?}",
                            settings.broker.endpoint
                        ),
                    )),
                };
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                // More than there is room for are left out: nobody could receive them yet.
                let _ = inlet.try_send(Ok(Publication {
                    topic: publish.topic,
                    body: publish.payload,
                }));
            }
            Ok(_) => {}
            Err(error) => return Err(failure::while_connected(&settings.broker, error)),
        }
    }
}

/// Hands on what comes, until the connection ends or nobody wants it any more.
async fn receive(
    settings: Arc<Settings>,
    requests: Requests,
    mut event_loop: EventLoop,
    inlet: mpsc::Sender<Result<Publication, TransportError>>,
    mut left: oneshot::Receiver<()>,
) {
    loop {
        let event = {
            // A poll that was begun is finished: half of it may have happened.
            let mut polling = pin!(event_loop.poll());
            tokio::select! {
                biased;
                _ = &mut left => match requests.disconnect() {
                    Ok(()) => Err(timeout(FAREWELL, polling).await),
                    Err(TooMany) => return,
                },
                event = &mut polling => Ok(event),
            }
        };
        let event = match event {
            Ok(event) => event,
            Err(Ok(Ok(Event::Outgoing(Outgoing::Disconnect)))) => return,
            Err(Ok(Ok(_))) => {
                let _ = timeout(FAREWELL, until_disconnected(&mut event_loop)).await;
                return;
            }
            Err(_) => return,
        };
        match event {
            // Without a receiver, `left` ends the loop.
            Ok(event) => hand_on(&inlet, event).await,
            Err(error) => {
                // An error comes before what was read ahead of it.
                for event in std::mem::take(&mut event_loop.state.events) {
                    hand_on(&inlet, event).await;
                }
                let _ = inlet
                    .send(Err(failure::while_connected(&settings.broker, error)))
                    .await;
                return;
            }
        }
    }
}

async fn hand_on(inlet: &mpsc::Sender<Result<Publication, TransportError>>, event: Event) {
    if let Event::Incoming(Packet::Publish(publish)) = event {
        let publication = Publication {
            topic: publish.topic,
            body: publish.payload,
        };
        let _ = inlet.send(Ok(publication)).await;
    }
}

async fn until_disconnected(event_loop: &mut EventLoop) {
    while let Ok(event) = event_loop.poll().await {
        if matches!(event, Event::Outgoing(Outgoing::Disconnect)) {
            return;
        }
    }
}

/// Says what is wrong with a filter, as the end of a sentence. Wildcards stand for whole levels, `#` for all that
/// follow (MQTT 3.1.1 §4.7.1).
fn find_fault(filter: &str) -> Option<String> {
    if filter.is_empty() {
        return Some("is empty: # stands for all topics".to_owned());
    }
    if filter.len() > 65_535 {
        return Some(format!("has {} bytes: at most 65535 are allowed", filter.len()));
    }
    if filter.chars().any(char::is_control) {
        return Some("has a control character".to_owned());
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        if level.contains(['+', '#']) && level.len() > 1 {
            return Some(format!(
                "has {level:?}: a wildcard stands for a whole level, as in a/+/c"
            ));
        }
        if level == "#" && levels.peek().is_some() {
            return Some("has # before its end: it stands for all levels that follow".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_checked() {
        for filter in ["#", "+", "a", "a/+/c", "a/#", "/", "$SYS/#", "größe"] {
            assert_eq!(find_fault(filter), None, "{filter}");
        }
        for (filter, part) in [
            ("", "is empty"),
            ("a\0", "control"),
            ("a#", "\"a#\""),
            ("a/b+", "\"b+\""),
            ("#/a", "# before its end"),
            (&"a".repeat(65_536), "65536 bytes"),
        ] {
            let fault = find_fault(filter).unwrap();
            assert!(fault.contains(part), "{filter}: {fault}");
        }
    }
}
