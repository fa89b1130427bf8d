//! jkool-transport.
