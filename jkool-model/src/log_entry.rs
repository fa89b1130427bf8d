//! Log entries: lines of a log, kept by jKool apart from events.

use crate::message_setters::message_setters;
use crate::operation_fields::OperationFields;
use crate::operation_setters::operation_setters;
use crate::wire_name::layout;
use crate::{LogType, Message, OperationType};

/// A line of a log: an event's layout under the type LOG, with the kind of log it belongs to.
///
/// ```
/// use jkool_model::{LogEntry, LogType, Severity};
///
/// let entry = LogEntry::new("user admin logged in").log_type(LogType::Audit).severity(Severity::Notice);
/// assert_eq!(entry.get_log_type(), Some(LogType::Audit));
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "a log entry does nothing until it is sent or encoded"]
pub struct LogEntry {
    pub(crate) fields: OperationFields,
}

impl LogEntry {
    /// A log entry of now, with a fresh tracking id and severity INFO.
    #[inline]
    pub fn new(message: impl Into<Message>) -> Self {
        LogEntry {
            fields: OperationFields::now(OperationType::Log),
        }
        .message(message)
    }

    /// A log entry with nothing but its type.
    #[inline]
    pub fn bare() -> Self {
        LogEntry {
            fields: OperationFields::of_type(OperationType::Log),
        }
    }

    /// The kind of log it belongs to, the `log-type` field. Default: not stated.
    pub fn log_type(mut self, log_type: LogType) -> Self {
        self.fields.log_type = Some(log_type);
        self
    }

    /// The kind of log it belongs to.
    #[must_use]
    pub fn get_log_type(&self) -> Option<LogType> {
        self.fields.log_type
    }

    operation_setters!(layout::LOG);
    message_setters!();
}
