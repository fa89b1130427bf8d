//! How an operation ended.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The completion code of an operation, the `comp-code` field.
    ///
    /// Parsing ignores case and reads `OK`, which the Java REST client sends, as
    /// [`Success`](CompletionCode::Success).
    #[derive(Default)]
    pub enum CompletionCode as "completion code" {
        /// It succeeded; the default.
        #[default]
        Success = 0, "SUCCESS";
        /// It succeeded, with a reservation.
        Warning = 1, "WARNING";
        /// It failed.
        Error = 2, "ERROR";
    }
    aliases { "OK" => Success }
}
