//! What is stored survives the process, however it dies: `kill -9` at random moments, and the next one delivers.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use jkool_client::{Client, Fate, Receipt, RetryPolicy, Spool, SpoolMode, State};

use super::http_server::{Fault, Server};
use super::oracle::{Oracle, mixed};
use super::own_process::{is_on_stage, prop, stage};
use crate::PATIENCE;

/// How many numbers each life has for its events.
const LIFE: u64 = 1_000_000;

/// How many events may be on their way to the disk.
const AHEAD: usize = 64;

fn client(url: &str, dir: &Path) -> Client {
    let retry = RetryPolicy::default()
        .initial_delay(Duration::from_millis(5))
        .max_delay(Duration::from_millis(20));
    Client::builder()
        .http("canary")
        .url(url)
        .spool(Spool::new(dir).mode(SpoolMode::WriteAhead))
        .retry(retry)
        .build()
        .unwrap()
}

/// Sends without end, and says of each event that it is stored, once it is.
fn live(client: &Client, first: u64) {
    let mut output = std::io::stdout().lock();
    let mut waiting: VecDeque<(u64, Receipt)> = VecDeque::new();
    for id in first..first + LIFE {
        let receipt = client.send_tracked(Oracle::event(id)).unwrap();
        waiting.push_back((id, receipt));
        if waiting.len() < AHEAD {
            continue;
        }
        if let Some((id, receipt)) = waiting.pop_front() {
            let fate = receipt.wait(State::Stored, PATIENCE).unwrap();
            assert!(
                fate.is_success() || matches!(fate, Fate::Pending(State::Stored)),
                "{fate:?}"
            );
            writeln!(output, "stored {id}.").unwrap();
            output.flush().unwrap();
        }
    }
}

/// Lets one life begin, and ends it after so many events; what it has said by then must arrive.
fn let_die(test: &str, props: &[(&str, &str)], after: u64, oracle: &Oracle) {
    let mut child = stage(test, props);
    let lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let (mut stored, mut is_killed) = (0, false);
    for line in lines {
        // The last line may be cut, and then it was never said: it would lack its end.
        let line = String::from_utf8_lossy(&line.unwrap()).into_owned();
        let Some(id) = line.strip_prefix("stored ").and_then(|id| id.strip_suffix('.')) else {
            continue;
        };
        oracle.claim(id.parse().unwrap());
        stored += 1;
        if stored == after {
            child.kill().unwrap();
            is_killed = true;
        }
    }
    let ended = child.wait_with_output().unwrap();
    assert!(
        is_killed,
        "the child ended by itself: {}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// Kills so many processes that stream through one directory, and then lets one finish.
fn survive(test: &str, kills: u64) {
    if is_on_stage(test) {
        let client = client(&prop("URL"), Path::new(&prop("DIR")));
        return live(&client, prop("FIRST").parse().unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("spool");
    // Sometimes the server is slow to answer, so that much is on the disk when the process dies.
    let server = Server::start(|request| match request % 100 {
        0 => Some(Fault::CloseAfterRead),
        50..60 => Some(Fault::SlowBody),
        _ => None,
    });
    let oracle = Oracle::default();
    for life in 1..=kills {
        let first = life * LIFE;
        oracle.permit(first..first + LIFE);
        let after = 1 + mixed(life) % 300;
        let (url, first) = (server.url(), first.to_string());
        let props = [
            ("URL", url.as_str()),
            ("DIR", dir.to_str().unwrap()),
            ("FIRST", &first),
        ];
        let_die(test, &props, after, &oracle);
    }
    server.heal();
    let client = client(&server.url(), &dir);
    oracle.prove_alive(&client);
    client.flush(PATIENCE).unwrap();
    client.close(PATIENCE).unwrap();
    let stats = client.stats();
    assert!(stats.is_balanced() && stats.pending == 0, "{stats:?}");
    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    assert!(judgement.obligations as u64 > kills, "{}", judgement.obligations);
    assert!(
        judgement.duplicates > 0,
        "nothing came twice, so no spool was ever read again"
    );
}

#[test]
fn what_is_stored_survives_two_hundred_kills() {
    survive(
        "promises::spool_crashes::what_is_stored_survives_two_hundred_kills",
        200,
    );
}

#[test]
#[ignore = "takes minutes: cargo test -p jkool-client --all-features -- --include-ignored two_thousand_kills"]
fn what_is_stored_survives_two_thousand_kills() {
    survive(
        "promises::spool_crashes::what_is_stored_survives_two_thousand_kills",
        2_000,
    );
}

#[test]
fn a_clean_end_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| None);
    let oracle = Oracle::default();
    let client = client(&server.url(), &folder.path().join("spool"));
    oracle.send_all(&client, 1_000);
    client.close(PATIENCE).unwrap();
    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    assert_eq!(judgement.duplicates, 0);
    let deadline = Instant::now() + PATIENCE;
    while !client.spool_stats().unwrap().is_empty() {
        assert!(Instant::now() < deadline, "{:?}", client.spool_stats());
        std::thread::yield_now();
    }
}
