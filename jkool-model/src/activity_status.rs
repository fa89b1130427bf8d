//! Where an activity stands.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The status of an [`Activity`](crate::Activity).
    ///
    /// Parsing ignores case.
    #[derive(Default)]
    pub enum ActivityStatus as "activity status" {
        /// Not known.
        Unknown = 0, "UNKNOWN";
        /// It has begun and is still going on.
        Begin = 1, "BEGIN";
        /// It has ended; the default.
        #[default]
        End = 2, "END";
        /// It has ended with an exception.
        Exception = 3, "EXCEPTION";
    }
    aliases {}
}
