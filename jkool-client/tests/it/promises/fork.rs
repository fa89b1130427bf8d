//! A child made by `fork` has no worker: its calls return at once, it writes nothing, and its parent streams on.
#![expect(unsafe_code, reason = "nothing else forks")]

use std::time::{Duration, Instant};

use jkool_client::{Client, CloseError, Event, FlushError, SendErrorKind};

use super::http_server::Server;
use super::oracle::Oracle;
use super::own_process::{applaud, is_on_stage, prop, stage};
use crate::PATIENCE;

/// What a child may take for all its calls, each of which would wait much longer.
const AT_ONCE: Duration = Duration::from_secs(2);

/// What the child does with the client of its parent; an exit code tells which step went wrong.
fn play_child(client: Client) -> i32 {
    let start = Instant::now();
    // Sending is not supported here, and must do no harm: not even when the queue of the copy is full.
    for _ in 0..10_000 {
        if let Err(error) = client.send(Event::new("from the child"))
            && !matches!(error.kind(), SendErrorKind::QueueFull)
        {
            return 10;
        }
    }
    if client.flush(PATIENCE) != Err(FlushError::Forked) {
        return 11;
    }
    if client.close(PATIENCE) != Err(CloseError::Forked) {
        return 12;
    }
    drop(client.guard());
    drop(client);
    if start.elapsed() > AT_ONCE { 13 } else { 0 }
}

/// Forks, lets the child play, and gives its exit code.
fn fork_and_play(client: &Client) -> i32 {
    let client = client.clone();
    // SAFETY: the child touches this client and the allocator only, which glibc and macOS keep usable after a fork,
    // and leaves by `_exit`. Nothing is under way in the parent that could hold one of the client's locks.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "no fork");
    if child == 0 {
        let code = play_child(client);
        // SAFETY: it runs nothing that the parent has registered for its own exit.
        unsafe { libc::_exit(code) };
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut status = 0;
        // SAFETY: the child is ours, and `status` lives long enough.
        let ended = unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) };
        if ended == child {
            assert!(libc::WIFEXITED(status), "the child died: {status:#x}");
            return libc::WEXITSTATUS(status);
        }
        if Instant::now() >= deadline {
            // SAFETY: the child is ours, and was not waited for.
            unsafe { libc::kill(child, libc::SIGKILL) };
            return -1;
        }
        std::thread::sleep(Duration::from_millis(2)); // poll: for the end of the child
    }
}

#[test]
fn a_forked_child_neither_hangs_nor_writes() {
    const TEST: &str = "promises::fork::a_forked_child_neither_hangs_nor_writes";
    const FORKS: usize = 20;
    if is_on_stage(TEST) {
        let client = Client::builder()
            .http("canary")
            .url(prop("URL"))
            .max_queued_events(1_000)
            .build()
            .unwrap();
        let oracle = Oracle::default();
        for _ in 0..FORKS {
            oracle.send_all(&client, 50);
            client.flush(PATIENCE).unwrap();
            assert_eq!(fork_and_play(&client), 0, "the step of the child that failed");
            oracle.prove_alive(&client);
        }
        client.close(PATIENCE).unwrap();
        let stats = client.stats();
        assert_eq!(
            (stats.delivered, stats.pending),
            (FORKS as u64 * 51, 0),
            "{stats:?}"
        );
        assert!(stats.is_balanced(), "{stats:?}");
        return;
    }
    let server = Server::start(|_| None);
    applaud(stage(TEST, &[("URL", &server.url())]));
    let bodies = server.bodies();
    assert!(
        bodies.iter().all(|body| body.contains("promise-")),
        "the child has written"
    );
    assert_eq!(bodies.len(), FORKS * 51);
    assert!(server.connections() <= 10, "{} connections", server.connections());
}
