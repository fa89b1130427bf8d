//! jkool-client.
