//! Remembers which messages were sent shortly before.

use std::hash::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::fingerprint::{Fingerprint, FingerprintWriter};

/// Threads seldom want the same shard at once.
const SHARDS: usize = 64;

/// How many messages a shard remembers.
const WAYS: usize = 16;

/// The messages sent shortly before, at most 1,024 of them: of more, the oldest are forgotten, and pass again.
#[derive(Debug)]
pub(crate) struct Repeats {
    window_nanos: u64,
    keys: RandomState,
    shards: Box<[Shard; SHARDS]>,
}

/// On cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    messages: Mutex<[Option<Known>; WAYS]>,
}

/// A message that was sent.
#[derive(Clone, Copy, Debug)]
struct Known {
    print: Fingerprint,
    /// When it was sent; `None` if the next one is to be sent whenever it comes.
    sent_nanos: Option<u64>,
    suppressed: u64,
}

impl Repeats {
    /// Suppresses a message for so long after it was sent.
    pub(super) fn new(window: Duration) -> Self {
        Repeats {
            window_nanos: u64::try_from(window.as_nanos()).unwrap_or(u64::MAX),
            keys: RandomState::new(),
            shards: Box::new(std::array::from_fn(|_| Shard::default())),
        }
    }

    /// Takes the fingerprint of a message.
    #[inline]
    pub(crate) fn fingerprint(&self) -> FingerprintWriter {
        FingerprintWriter::new(&self.keys)
    }

    /// `None` if the message is a repetition at this time; else how often it was suppressed since it last passed.
    pub(super) fn pass(&self, print: Fingerprint, now_nanos: u64) -> Option<u64> {
        let mut messages = self.lock(print);
        if let Some(known) = find(&mut messages, print) {
            let is_fresh = |sent| now_nanos.saturating_sub(sent) < self.window_nanos;
            if known.sent_nanos.is_some_and(is_fresh) {
                known.suppressed = known.suppressed.saturating_add(1);
                return None;
            }
            known.sent_nanos = Some(now_nanos);
            return Some(std::mem::take(&mut known.suppressed));
        }
        // An empty place comes first, then the message that was sent longest ago.
        let place = messages
            .iter_mut()
            .min_by_key(|place| place.and_then(|known| known.sent_nanos));
        if let Some(place) = place {
            *place = Some(Known {
                print,
                sent_nanos: Some(now_nanos),
                suppressed: 0,
            });
        }
        Some(0)
    }

    /// A message that passed here was not sent after all: the next one passes, and tells what this one would have told.
    #[cold]
    pub(super) fn take_back(&self, print: Fingerprint, suppressed: u64) {
        if let Some(known) = find(&mut self.lock(print), print) {
            known.sent_nanos = None;
            known.suppressed = known.suppressed.saturating_add(suppressed);
        }
    }

    /// No lock is held while the host's code runs, so nothing is half done in a poisoned one.
    fn lock(&self, print: Fingerprint) -> MutexGuard<'_, [Option<Known>; WAYS]> {
        // The remainder keeps the index within bounds.
        self.shards[print.hash as usize % SHARDS]
            .messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn find(messages: &mut [Option<Known>; WAYS], print: Fingerprint) -> Option<&mut Known> {
    messages.iter_mut().flatten().find(|known| known.print == print)
}

#[cfg(test)]
mod tests {
    use jkool_model::Severity;

    use super::*;

    const WINDOW: Duration = Duration::from_nanos(100);

    fn print(repeats: &Repeats, severity: Severity, texts: &[&str]) -> Fingerprint {
        let mut writer = repeats.fingerprint();
        writer.severity(severity);
        texts.iter().for_each(|text| writer.text(text));
        writer.finish()
    }

    #[test]
    fn the_next_one_after_the_window_tells_how_many_there_were() {
        let repeats = Repeats::new(WINDOW);
        let message = print(&repeats, Severity::Info, &["a", "b"]);
        assert_eq!(repeats.pass(message, 7), Some(0));
        assert!((8..107).all(|now| repeats.pass(message, now).is_none()));
        assert_eq!(repeats.pass(message, 107), Some(99));
        assert_eq!(repeats.pass(message, 108), None);
        assert_eq!(repeats.pass(message, 500), Some(1));
        assert_eq!(repeats.pass(message, 1_000), Some(0));
    }

    #[test]
    fn only_the_same_is_the_same() {
        let repeats = Repeats::new(WINDOW);
        let others: [(Severity, &[&str]); 5] = [
            (Severity::Info, &["a", "b"]),
            (Severity::Error, &["a", "b"]),
            (Severity::Info, &["ab", ""]),
            (Severity::Info, &["", "ab"]),
            (Severity::Info, &["a", "c"]),
        ];
        for (severity, texts) in others {
            assert_eq!(
                repeats.pass(print(&repeats, severity, texts), 0),
                Some(0),
                "{texts:?}"
            );
        }
        for (severity, texts) in others {
            assert_eq!(
                repeats.pass(print(&repeats, severity, texts), 99),
                None,
                "{texts:?}"
            );
        }
    }

    #[test]
    fn what_was_not_sent_after_all_does_not_count() {
        let repeats = Repeats::new(WINDOW);
        let message = print(&repeats, Severity::Info, &["a"]);
        assert_eq!(repeats.pass(message, 0), Some(0));
        assert_eq!(repeats.pass(message, 1), None);
        let told = repeats.pass(message, 100).unwrap();
        repeats.take_back(message, told);
        assert_eq!(repeats.pass(message, 101), Some(1));
        assert_eq!(repeats.pass(message, 102), None);
    }

    #[test]
    fn any_number_of_messages_takes_the_same_room_and_all_new_ones_pass() {
        let repeats = Repeats::new(Duration::MAX);
        let prints: Vec<_> = (0..10_000)
            .map(|number| print(&repeats, Severity::Info, &[&number.to_string()]))
            .collect();
        for (now, message) in prints.iter().enumerate() {
            assert_eq!(repeats.pass(*message, now as u64), Some(0));
        }
        let known = |message: &&Fingerprint| repeats.pass(**message, 10_000).is_none();
        // The newest are remembered, the oldest are not.
        assert!(prints[9_900..].iter().filter(known).count() > 90);
        assert_eq!(prints[..1_000].iter().filter(known).count(), 0);
    }
}
