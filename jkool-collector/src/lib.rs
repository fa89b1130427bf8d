//! jkool-collector.
