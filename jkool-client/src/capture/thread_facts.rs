//! What a record says of the thread that made it.

use std::thread::{self, ThreadId};

use jkool_model::{Encoder, WireName};

/// The members that tell of a thread, as JSON.
#[derive(Debug)]
pub(crate) struct ThreadFacts {
    /// `,"tid":…`; empty if it is not known.
    pub(crate) tid: Vec<u8>,
    /// The property `thread.name`, with a comma in front; empty if the thread has no name.
    pub(crate) name: Vec<u8>,
}

impl ThreadFacts {
    /// Of the calling thread.
    pub(crate) fn current() -> Self {
        let encoder = Encoder::default();
        let (mut tid, mut name) = (Vec::new(), Vec::new());
        let thread = thread::current();
        if let Some(number) = system_thread_id().or_else(|| number_of(thread.id())) {
            encoder.pieces(&mut tid).integer(WireName::Tid, number);
        }
        if let Some(text) = thread.name() {
            let mut pieces = encoder.pieces(&mut name);
            pieces.raw(b",{\"name\":\"thread.name\",\"type\":\"string\",\"value\":\"");
            pieces.escaped(text);
            pieces.raw(b"\"}");
        }
        ThreadFacts { tid, name }
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
        assert!(facts.name.ends_with(br#""value":"a\"b"}"#));
        let other = thread::spawn(ThreadFacts::current).join().unwrap();
        assert_ne!(other.tid, facts.tid);
        assert!(other.name.is_empty());
        assert!(number_of(thread::current().id()).is_some());
    }
}
