//! Events: something that happened at one moment.

use std::borrow::Cow;

use crate::operation_fields::OperationFields;
use crate::operation_setters::{message_setters, operation_setters};
use crate::wire_name::layout;
use crate::{Message, OperationType};

/// Something that happened: a step of a business process, a log line, a call, a message sent or received.
///
/// Everything but the type is optional, and what is not set is not sent. Setters take the event and give it
/// back; the getter of a field is named `get_` and the field's name.
///
/// ```
/// use jkool_model::{Dialect, Event, Severity, Snapshot};
///
/// let event = Event::new("PlaceOrder")
///     .message("order processed")
///     .severity(Severity::Notice)
///     .correlator("order-4711")
///     .location("Atlanta, GA")
///     .snapshot(Snapshot::new("Payment").category("Order").property("order-amount", 99.5));
///
/// assert_eq!(event.get_operation(), Some("PlaceOrder"));
/// assert!(event.to_json(Dialect::Tnt4j).starts_with(r#"{"operation":"PlaceOrder","type":"EVENT","#));
/// assert!(event.validate().is_ok());
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "an event does nothing until it is sent or encoded"]
pub struct Event {
    pub(crate) fields: OperationFields,
}

impl Event {
    /// An event that happens now, with a fresh tracking id and severity INFO.
    #[inline]
    pub fn new(operation: impl Into<Cow<'static, str>>) -> Self {
        let mut event = Event {
            fields: OperationFields::now(OperationType::Event),
        };
        event.fields.operation = Some(operation.into());
        event
    }

    /// An event with nothing but its type, for an exact copy of another client's body.
    #[inline]
    pub fn bare() -> Self {
        Event {
            fields: OperationFields::of_type(OperationType::Event),
        }
    }

    /// What kind of operation it reports, the `type` field. Default: EVENT.
    ///
    /// The types of the other entities, such as `ACTIVITY`, are reported by [`validate`](Self::validate).
    #[inline]
    pub fn operation_type(mut self, operation_type: OperationType) -> Self {
        self.fields.operation_type = operation_type;
        self
    }

    /// What kind of operation it reports.
    #[must_use]
    pub fn get_operation_type(&self) -> OperationType {
        self.fields.operation_type
    }

    operation_setters!(layout::EVENT);
    message_setters!();
}

impl From<Message> for Event {
    /// An event without an operation, which a client's logger fills in with its name.
    fn from(message: Message) -> Self {
        Event {
            fields: OperationFields::now(OperationType::Event),
        }
        .message(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events are moved by value through every setter; what few of them have belongs into the box.
    #[test]
    fn an_event_is_four_cache_lines() {
        assert!(size_of::<Event>() <= 256);
    }
}
