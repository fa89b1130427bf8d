//! jkool-model.
