//! Events: something that happened at one moment.

use std::borrow::Cow;

use crate::OperationType;
use crate::message_setters::message_setters;
use crate::operation_fields::OperationFields;
use crate::operation_setters::operation_setters;
use crate::wire_name::layout;

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
///
/// Values of properties and extra fields keep their Rust type; anything else that can be serialized goes in
/// as [`RawJson`](crate::RawJson):
///
/// ```
/// use jkool_model::{Dialect, Event, RawJson};
///
/// let event = Event::bare()
///     .operation("PlaceOrder")
///     .property("lines", 3_i32)
///     .field("tenant", "acme")
///     .field("skus", RawJson::from_serialize(&["a-1", "b-2"])?);
/// assert_eq!(
///     event.to_json(Dialect::Tnt4j),
///     concat!(
///         r#"{"operation":"PlaceOrder","type":"EVENT","tenant":"acme","skus":["a-1","b-2"],"#,
///         r#""properties":[{"name":"lines","type":"int","value":3}]}"#
///     )
/// );
/// # Ok::<(), jkool_model::NotJson>(())
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

    /// An event that happens now, without an operation; a client's logger fills in its own name.
    ///
    /// ```
    /// use jkool_model::{Dialect, Encoder, Event};
    ///
    /// let logger = Encoder::new(Dialect::Tnt4j).operation("orders");
    /// let json = logger.encode_to_string(&Event::unnamed().message("paid"));
    /// assert!(json.starts_with(r#"{"operation":"orders","type":"EVENT","msg-text":"paid","#));
    /// ```
    #[inline]
    pub fn unnamed() -> Self {
        Event {
            fields: OperationFields::now(OperationType::Event),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Events are moved by value through every setter; what few of them have belongs into the box.
    #[test]
    fn an_event_is_four_cache_lines() {
        assert!(size_of::<Event>() <= 256);
    }
}
