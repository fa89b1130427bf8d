//! How large the parts of an entity may be. jKool publishes no limits; these catch mistakes, not large data.

/// Members that the `id-set` of an activity lists; `id-count` goes on counting.
pub const ID_SET_MAX: usize = 256;

/// Bytes of a name, an id, a correlator, a tag, or any other text but the message and the exception.
pub const TEXT_MAX_BYTES: usize = 64 * 1024;

/// Bytes of a message or an exception.
pub const MESSAGE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Correlators or tags of one entity.
pub const CORRELATORS_MAX: usize = 1024;

/// Properties of one event, activity, snapshot or dataset.
pub const PROPERTIES_MAX: usize = 16 * 1024;

/// Snapshots of one event or activity.
pub const SNAPSHOTS_MAX: usize = 1024;
