//! What kind of operation an event reports.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The type of an operation, the `type` field of every entity.
    ///
    /// Parsing ignores case.
    #[derive(Default)]
    pub enum OperationType as "operation type" {
        /// None of the others.
        Other = 0, "OTHER";
        /// Nothing happened; such entities are not meant to be sent.
        Noop = 1, "NOOP";
        /// A call.
        Call = 2, "CALL";
        /// An [`Activity`](crate::Activity).
        Activity = 3, "ACTIVITY";
        /// An [`Event`](crate::Event) of no closer kind; the default.
        #[default]
        Event = 4, "EVENT";
        /// A [`Snapshot`](crate::Snapshot).
        Snapshot = 5, "SNAPSHOT";
        /// Something started.
        Start = 6, "START";
        /// Something stopped.
        Stop = 7, "STOP";
        /// Something was opened.
        Open = 8, "OPEN";
        /// Something was closed.
        Close = 9, "CLOSE";
        /// A message was sent.
        Send = 10, "SEND";
        /// A message was received.
        Receive = 11, "RECEIVE";
        /// An inquiry.
        Inquire = 12, "INQUIRE";
        /// A value was set.
        Set = 13, "SET";
        /// A message was read and left in place.
        Browse = 14, "BROWSE";
        /// Something was added.
        Add = 15, "ADD";
        /// Something was changed.
        Update = 16, "UPDATE";
        /// Something was removed.
        Remove = 17, "REMOVE";
        /// Something was emptied.
        Clear = 18, "CLEAR";
        /// A [`LogEntry`](crate::LogEntry).
        Log = 19, "LOG";
        /// A [`Dataset`](crate::Dataset).
        Dataset = 20, "DATASET";
    }
    aliases {}
}
