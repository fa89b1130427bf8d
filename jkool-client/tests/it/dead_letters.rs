//! What is refused for good is kept in a file.

use jkool_client::transport::Outcome;
use jkool_client::transport::testing::{Scripted, Step};
use jkool_client::{BuildError, Client, DropReason, Event, Refusal, RefusalKind};
use serde_json::Value;

use crate::PATIENCE;

fn refusing(count: usize) -> Scripted {
    let refusal = Refusal::new(RefusalKind::Invalid, "400 Bad Request: \"no such field\"\n");
    Scripted::new(vec![Step::Settle(Outcome::Refused(refusal)); count])
}

#[test]
fn a_dead_letter_file_keeps_what_was_refused_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dead.ndjson");
    for (round, lines) in [(1, 2), (2, 4)] {
        let client = Client::builder()
            .transport(refusing(2))
            .in_flight(1)
            .dead_letter_file(&path, 1 << 20)
            .build()
            .unwrap();
        let orders = client.logger("orders");
        for name in ["one", "two", "three"] {
            orders.send(Event::new(name).message("line\nbreak")).unwrap();
        }
        client.close(PATIENCE).unwrap();
        let stats = client.stats();
        assert_eq!((stats.dropped.get(DropReason::Refused), stats.delivered), (2, 1));
        assert_eq!((stats.dead_letters_written, stats.dead_letters_unwritten), (2, 0));
        let text = std::fs::read_to_string(&path).unwrap();
        let letters: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(letters.len(), lines, "round {round}");
        let last = &letters[lines - 1];
        assert_eq!(last["channel"], "orders");
        assert_eq!(last["kind"], "event");
        assert!(last["reason"].as_str().unwrap().contains("no such field"));
        assert_eq!(last["body"]["operation"], "two");
        assert!(last["time-usec"].as_i64().unwrap() > 1_700_000_000_000_000);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_full_dead_letter_file_is_left_as_it_is_and_what_is_missing_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dead.ndjson");
    let client = Client::builder()
        .transport(refusing(10))
        .in_flight(1)
        .dead_letter_file(&path, 1_500)
        .build()
        .unwrap();
    for number in 0..10 {
        client.send(Event::new(format!("event {number}"))).unwrap();
    }
    client.close(PATIENCE).unwrap();
    let stats = client.stats();
    assert_eq!(stats.dead_letters_written + stats.dead_letters_unwritten, 10);
    assert!(
        stats.dead_letters_written >= 2 && stats.dead_letters_unwritten >= 2,
        "{stats:?}"
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.len() <= 1_500 && text.ends_with("}\n"));
    assert_eq!(text.lines().count() as u64, stats.dead_letters_written);
}

#[test]
fn a_dead_letter_file_that_cannot_be_is_an_error_of_build() {
    let dir = tempfile::tempdir().unwrap();
    let error = Client::builder()
        .transport(refusing(0))
        .dead_letter_file(dir.path().join("no/such/dir/dead.ndjson"), 1_500)
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::DeadLetterFile { .. }));
    assert!(error.to_string().contains("dead.ndjson"), "{error}");
}
