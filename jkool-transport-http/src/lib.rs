//! jkool-transport-http.
