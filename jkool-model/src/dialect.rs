//! The two ways clients of jKool spell the same entity, and what becomes of numbers JSON has no word for.

/// How an entity is spelled in JSON.
///
/// The clients of the service disagree about a few names. Reading accepts every spelling; this type says
/// which one is written.
///
/// | | `Tnt4j` | `Tnt4py` |
/// |---|---|---|
/// | correlators | `corrid`, always an array | `corr-id`, a text if there is one |
/// | parent of an event or activity | `parent-id` | `parent-tracking-id` |
/// | waiting time | `wait-time-usec` | `wait-time-used` |
/// | message age | `msg-age-usec` | `msg-age` |
/// | tags | `msg-tag`, always an array | `msg-tag`, a text if there is one |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The spellings of TNT4J, which the service relies on; the default.
    #[default]
    Tnt4j,
    /// The spellings of TNT4PY, for bodies equal to its own.
    Tnt4py,
}

/// What is written for NaN and the infinities, which JSON cannot express.
///
/// They are never written bare: the service may refuse a whole entity because of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NonFinite {
    /// The property or field is left out; the default.
    #[default]
    Omit,
    /// The texts `"NaN"`, `"Infinity"` and `"-Infinity"`.
    Quote,
}
