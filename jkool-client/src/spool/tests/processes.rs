//! todo-placeholder
