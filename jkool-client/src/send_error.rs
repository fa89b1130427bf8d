//! Why an event was not accepted.

use std::error::Error;
use std::fmt;

use jkool_model::{Entity, Problems};
use jkool_transport::Refusal;

/// An event that was not accepted. It is handed back: [`into_entity`](Self::into_entity).
///
/// The error is one pointer, so that the way without an error costs nothing.
pub struct SendError {
    inner: Box<Inner>,
}

struct Inner {
    kind: SendErrorKind,
    entity: Entity,
}

/// Why an event was not accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The queue holds as many events or bytes as it may; delivery is slower than sending, or does not work at all.
    /// Sending again later may succeed.
    QueueFull,
    /// The client was closed.
    Closed,
    /// The worker gave up after too many panics.
    Disabled,
    /// The service could make no sense of the event.
    Invalid(Problems),
    /// The event is larger than the queue may ever be.
    TooLarge {
        /// The size of the encoded event, in bytes.
        bytes: usize,
        /// The most it may be, in bytes.
        max_bytes: usize,
    },
    /// The transport can never send it.
    Refused(Refusal),
}

impl SendError {
    pub(crate) fn new(kind: SendErrorKind, entity: Entity) -> Self {
        Self {
            inner: Box::new(Inner { kind, entity }),
        }
    }

    /// Why it was not accepted.
    #[must_use]
    pub fn kind(&self) -> &SendErrorKind {
        &self.inner.kind
    }

    /// The event, as it was given; a tracking id and a time that it lacked may have been filled in. What
    /// [`before_send`](crate::ClientBuilder::before_send) has changed is changed.
    #[must_use]
    pub fn into_entity(self) -> Entity {
        self.inner.entity
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError")
            .field("kind", &self.inner.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} was not accepted: {}",
            self.inner.entity.kind(),
            self.inner.kind
        )
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.inner.kind {
            SendErrorKind::Invalid(problems) => Some(problems),
            SendErrorKind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl fmt::Display for SendErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull => {
                f.write_str("the queue is full; send more slowly, raise its limits, or look at `health()`")
            }
            Self::Closed => f.write_str("the client was closed"),
            Self::Disabled => f.write_str("the client gave up after too many panics of its worker"),
            Self::Invalid(_) => f.write_str("it is not valid"),
            Self::TooLarge { bytes, max_bytes } => {
                write!(f, "it takes {bytes} bytes, and at most {max_bytes} may be queued")
            }
            Self::Refused(_) => f.write_str("the transport can never send it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jkool_model::Event;
    use jkool_transport::RefusalKind;

    use super::*;

    #[test]
    fn is_one_pointer_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<SendError>();
        assert_eq!(size_of::<Result<(), SendError>>(), size_of::<usize>());
    }

    #[test]
    fn hands_the_event_back_and_leaves_the_cause_to_source() {
        let entity = Entity::from(Event::new("PlaceOrder"));
        let kind = SendErrorKind::Refused(Refusal::new(RefusalKind::BadTopic, "a topic has no +"));
        let error = SendError::new(kind, entity.clone());
        assert_eq!(
            error.to_string(),
            "the event was not accepted: the transport can never send it"
        );
        assert_eq!(error.source().unwrap().to_string(), "a topic has no +");
        assert_eq!(error.into_entity(), entity);
    }
}
