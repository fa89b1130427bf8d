//! How long the service keeps an entity.

use std::time::Duration;

/// The time to live of an entity, the `ttl-sec` field: seconds, or one of the special values.
///
/// ```
/// use std::time::Duration;
/// use jkool_model::Ttl;
///
/// assert_eq!(Ttl::from(Duration::from_secs(3600)), Ttl::from_seconds(3600));
/// assert_eq!(Ttl::NOT_STORED.as_seconds(), -1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ttl(i64);

impl Ttl {
    /// As long as the repository keeps its data by default.
    pub const REPOSITORY_DEFAULT: Ttl = Ttl(0);
    /// The entity is processed but not stored.
    pub const NOT_STORED: Ttl = Ttl(-1);

    /// A time to live in seconds, or a special value as it stands on the wire.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Ttl(seconds)
    }

    /// The number that stands on the wire.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }
}

impl From<Duration> for Ttl {
    /// Whole seconds, rounded up, so that a short time does not become the repository's default.
    fn from(duration: Duration) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Ttl(seconds.saturating_add(i64::from(duration.subsec_nanos() > 0)))
    }
}
