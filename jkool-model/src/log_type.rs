//! What kind of log a log entry belongs to.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The type of a [`LogEntry`](crate::LogEntry), the `log-type` field.
    ///
    /// Parsing ignores case and reads `TRIGGER` as [`Alert`](LogType::Alert).
    #[derive(Default)]
    pub enum LogType as "log type" {
        /// A general log; the default.
        #[default]
        General = 0, "GENERAL";
        /// An error log.
        Error = 1, "ERROR";
        /// A log of queries.
        Query = 2, "QUERY";
        /// A log of subscriptions; jKool calls it deprecated.
        Subscribe = 3, "SUBSCRIBE";
        /// A log of alerts.
        Alert = 4, "ALERT";
        /// A trace; jKool calls it deprecated.
        Trace = 5, "TRACE";
        /// An audit log.
        Audit = 6, "AUDIT";
        /// A log of machine learning.
        Ml = 7, "ML";
        /// A log of scripts.
        Script = 8, "SCRIPT";
    }
    aliases { "TRIGGER" => Alert }
}
