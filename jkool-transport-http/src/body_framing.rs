//! How many entities a request carries.

/// How many entities a request carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyFraming {
    /// One entity per request: what every client of the service does. The default.
    #[default]
    Single,
    /// Up to 1,000 entities or 1 MiB per request, one per line (`application/x-ndjson`).
    ///
    /// **Unverified**: nothing says that the vendor's service takes such bodies; the local collector does. The answer
    /// holds for all entities of a request, except that a refusal (400, 413, 422) condemns none of several: the
    /// request is halved and each half sent again, until the entities at fault stand alone. One offender among 1,000
    /// costs about 20 requests more, and a far end that takes some entities of a body before it refuses the
    /// rest gets these twice.
    Ndjson,
}
