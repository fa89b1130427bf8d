//! What a record says of the thread that made it.

use std::thread::{self, ThreadId};

use jkool_model::{Encoder, WireName};

/// The members that tell of a thread, as JSON.
#[derive(Debug)]
pub(crate) struct ThreadFacts {
    /// `,"tid":…`; empty if it is not known.
    pub(crate) tid: Vec<u8>,
    /// The key of the properties, and the property `thread.name` with a comma in front if the thread has a name.
    pub(crate) list: Vec<u8>,
}

impl ThreadFacts {
    /// The key of the properties.
    pub(crate) const LIST_KEY: &[u8] = b",\"properties\":";

    /// Whether the thread has a name.
    #[inline]
    pub(crate) fn has_name(&self) -> bool {
        self.list.len() > Self::LIST_KEY.len()
    }

    /// Of the calling thread.
    pub(crate) fn current() -> Self {
        let encoder = Encoder::default();
        let (mut tid, mut list) = (Vec::new(), Self::LIST_KEY.to_vec());
        let thread = thread::current();
        if let Some(number) = system_thread_id().or_else(|| number_of(thread.id())) {
            encoder.pieces(&mut tid).integer(WireName::Tid, number);
        }
        if let Some(text) = thread.name() {
            let mut pieces = encoder.pieces(&mut list);
            pieces.raw(b",{\"name\":\"thread.name\",\"type\":\"string\",\"value\":\"");
            pieces.escaped(text);
            pieces.raw(b"\"}");
        }
        ThreadFacts { tid, list }
    }
}

/// The number that the system's own tools show.
#[cfg(target_os = "linux")]
fn system_thread_id() -> Option<i64> {
    // A link of the form `1234/task/1236`.
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    link.file_name()?.to_str()?.parse().ok()
}

/// Without an unsafe call, no other system tells.
#[cfg(not(target_os = "linux"))]
fn system_thread_id() -> Option<i64> {
    None
}

/// The number that the standard library gives: `ThreadId(7)`.
fn number_of(id: ThreadId) -> Option<i64> {
    format!("{id:?}")
        .trim_matches(|character: char| !character.is_ascii_digit())
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_a_number_and_perhaps_a_name() {
        let named = thread::Builder::new()
            .name("a\"b".to_owned())
            .spawn(ThreadFacts::current);
        let facts = named.unwrap().join().unwrap();
        assert!(facts.tid.starts_with(b",\"tid\":"));
        assert!(facts.list.ends_with(br#""value":"a\"b"}"#));
        let other = thread::spawn(ThreadFacts::current).join().unwrap();
        assert_ne!(other.tid, facts.tid);
        assert!(facts.has_name() && !other.has_name());
        assert!(number_of(thread::current().id()).is_some());
    }
}
