//! Where entities are posted to.

/// Where entities are posted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathMode {
    /// Everything goes to the path of the URL; the field `type` tells entities apart, as for TNT4PY and JESL. The
    /// default.
    #[default]
    Root,
    /// `/event`, `/activity`, `/snapshot`, `/dataset` or `/log` is added to the path, as the Java REST client does.
    Typed,
}
