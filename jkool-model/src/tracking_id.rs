//! The identity of an entity: a UUID, or any other text a client chose.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::{Timestamp, id_generator};

/// The identity of an event, activity, snapshot or dataset, the `tracking-id` field.
///
/// An id that is sent twice, because an answer was lost, lets the service see that it is the same entity.
///
/// [`fresh`](TrackingId::fresh) makes UUIDs of version 7 (RFC 9562), in about the time it takes to read the
/// clock. Ids of one thread and one millisecond ascend. They are unique, not secret: someone who sees a few
/// of them may guess the next, so they are no substitute for a password or a session key. The generator is
/// seeded per thread from the random keys of the standard library's hash maps, and again in a forked child.
///
/// ```
/// use jkool_model::TrackingId;
///
/// let id = TrackingId::fresh();
/// assert_ne!(id, TrackingId::fresh());
/// assert_eq!(id.to_string().parse::<TrackingId>().unwrap(), id);
///
/// let own = TrackingId::from("order-4711");
/// assert_eq!(own.to_string(), "order-4711");
/// ```
#[derive(Clone)]
pub struct TrackingId(Repr);

#[derive(Clone)]
enum Repr {
    /// A UUID whose text is the usual lower-case one with hyphens.
    Uuid(Uuid),
    /// Any other text, a UUID in another spelling included.
    Text(Cow<'static, str>),
}

impl TrackingId {
    /// A new, unique id: a UUID of version 7.
    #[inline]
    #[must_use]
    pub fn fresh() -> Self {
        Self::fresh_at(Timestamp::now())
    }

    /// A new, unique id, for a caller that has read the clock already.
    ///
    /// The id carries the milliseconds of `time`, cut to 48 bits; times before 1970 count as 1970.
    #[inline]
    #[must_use]
    pub fn fresh_at(time: Timestamp) -> Self {
        TrackingId(Repr::Uuid(Uuid::from_u128(id_generator::next(time))))
    }

    /// The text of the id; `buffer` is where a UUID is written.
    #[inline]
    pub(crate) fn text<'a>(&'a self, buffer: &'a mut [u8; Hyphenated::LENGTH]) -> &'a str {
        match &self.0 {
            Repr::Uuid(uuid) => uuid.hyphenated().encode_lower(buffer),
            Repr::Text(text) => text,
        }
    }

    /// The text, if the id is not a UUID in its usual spelling.
    #[inline]
    pub(crate) fn as_other_text(&self) -> Result<&str, &[u8; 16]> {
        match &self.0 {
            Repr::Uuid(uuid) => Err(uuid.as_bytes()),
            Repr::Text(text) => Ok(text),
        }
    }

    fn from_text(text: Cow<'static, str>) -> Self {
        if text.len() == Hyphenated::LENGTH
            && let Ok(uuid) = Uuid::try_parse(&text)
            && uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == &*text
        {
            return TrackingId(Repr::Uuid(uuid));
        }
        TrackingId(Repr::Text(text))
    }
}

impl From<String> for TrackingId {
    fn from(text: String) -> Self {
        Self::from_text(Cow::Owned(text))
    }
}

impl From<&'static str> for TrackingId {
    fn from(text: &'static str) -> Self {
        Self::from_text(Cow::Borrowed(text))
    }
}

impl From<Cow<'static, str>> for TrackingId {
    fn from(text: Cow<'static, str>) -> Self {
        Self::from_text(text)
    }
}

impl FromStr for TrackingId {
    type Err = Infallible;

    /// Any text is an id, so this never fails; an empty one is reported by `validate`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_text(Cow::Owned(text.to_owned())))
    }
}

impl fmt::Display for TrackingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.text(&mut [0; Hyphenated::LENGTH]))
    }
}

impl fmt::Debug for TrackingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

// A text never equals a UUID, since `from_text` turns every usual spelling into one; comparing the parts is
// therefore comparing the texts.
impl PartialEq for TrackingId {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Uuid(one), Repr::Uuid(two)) => one == two,
            (Repr::Text(one), Repr::Text(two)) => one == two,
            _ => false,
        }
    }
}

impl Eq for TrackingId {}

impl PartialOrd for TrackingId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TrackingId {
    /// The order of the texts.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut two) = ([0; Hyphenated::LENGTH], [0; Hyphenated::LENGTH]);
        self.text(&mut one).cmp(other.text(&mut two))
    }
}

impl Hash for TrackingId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Uuid(uuid) => uuid.hash(state),
            Repr::Text(text) => text.hash(state),
        }
    }
}

impl Serialize for TrackingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut [0; Hyphenated::LENGTH]))
    }
}

impl<'de> Deserialize<'de> for TrackingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(TrackingId::from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn fresh_ids_are_version_7_of_their_millisecond() {
        let id = TrackingId::fresh_at(Timestamp::from_micros(1_457_524_800_123_456)).to_string();
        let uuid = Uuid::try_parse(&id).unwrap();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(uuid.as_u128() >> 80, 1_457_524_800_123);
        let early = TrackingId::fresh_at(Timestamp::from_micros(-1)).to_string();
        assert!(early.starts_with("00000000-0000-7"), "{early}");
    }

    #[test]
    fn ids_of_one_millisecond_ascend() {
        let time = Timestamp::from_micros(1_457_524_800_000_000);
        let ids: Vec<_> = (0..10_000).map(|_| TrackingId::fresh_at(time)).collect();
        assert!(ids.is_sorted_by(|one, two| one < two));
    }

    #[test]
    fn threads_do_not_repeat_each_other() {
        let time = Timestamp::now();
        let ids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..5_000).map(|_| TrackingId::fresh_at(time)).collect::<Vec<_>>()))
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect::<HashSet<_>>()
        });
        assert_eq!(ids.len(), 40_000);
    }

    #[test]
    fn every_text_survives() {
        for text in [
            "",
            "t-1",
            "0190A6E4-0000-7000-8000-000000000000",
            "0190a6e4-0000-7000-8000-000000000000",
        ] {
            assert_eq!(TrackingId::from(text).to_string(), text);
        }
    }

    #[test]
    fn an_id_is_three_words() {
        assert_eq!(size_of::<Option<TrackingId>>(), 24);
    }
}
