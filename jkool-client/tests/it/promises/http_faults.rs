//! Over HTTP, nothing accepted is lost, whatever goes wrong with requests and answers.

use std::time::Duration;

use jkool_client::{BodyFraming, Client, Health, Http, RetryPolicy};
use rstest::rstest;

use super::http_server::{Fault, Server};
use super::oracle::Oracle;
use crate::PATIENCE;

const IN_FLIGHT: usize = 8;

/// A client that waits as little as possible between tries.
fn client(server: &Server, framing: BodyFraming, is_ordered: bool) -> Client {
    let http = Http::builder("canary")
        .url(server.url())
        .framing(framing)
        .in_flight(IN_FLIGHT)
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let retry = RetryPolicy::default()
        .initial_delay(Duration::from_millis(5))
        .max_delay(Duration::from_millis(50));
    Client::builder()
        .transport(http)
        .in_flight(IN_FLIGHT)
        .ordered(is_ordered)
        .retry(retry)
        .build()
        .unwrap()
}

/// Streams so many events, and checks all that is promised of them.
fn stream(server: &Server, client: &Client, events: usize) {
    let oracle = Oracle::default();
    oracle.send_all(client, events);
    client.flush(PATIENCE).unwrap();
    let faults = server.faults();
    server.heal();
    oracle.prove_alive(client);

    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    let stats = client.stats();
    assert!(stats.is_balanced() && stats.pending == 0, "{stats:?}");
    assert_eq!(stats.delivered, events as u64 + 1);
    assert!(
        matches!(client.health(), Health::Healthy),
        "{:?}",
        client.health()
    );
    let doubts = faults.iter().filter(|(fault, _)| fault.leaves_doubt()).count();
    assert!(
        judgement.duplicates <= doubts * IN_FLIGHT,
        "{} duplicates after {doubts} cuts",
        judgement.duplicates
    );
    assert!(
        judgement.duplicates as u64 <= stats.retries_in_doubt,
        "{} duplicates, and the client knows of {stats:?}",
        judgement.duplicates
    );
    assert!(
        doubts < 2 || judgement.duplicates > 0,
        "nothing was sent twice, so nothing was tried"
    );
    client.close(PATIENCE).unwrap();
}

#[rstest]
#[case::close_before_read(Fault::CloseBeforeRead, 50)]
#[case::close_after_read(Fault::CloseAfterRead, 50)]
#[case::every_tenth_broken(Fault::Broken, 10)]
#[case::busy(Fault::Busy, 900)]
#[case::stall(Fault::Stall, 600)]
#[case::half_an_answer(Fault::HalfAnswer, 50)]
#[case::slow_body(Fault::SlowBody, 100)]
fn no_fault_of_a_server_loses_an_event(#[case] fault: Fault, #[case] every: usize) {
    const EVENTS: usize = 3_000;
    let server = Server::start(move |request| (request % every == 0).then_some(fault));
    let client = client(&server, BodyFraming::Single, false);
    stream(&server, &client, EVENTS);
    let faults = server.faults();
    assert!(faults.len() >= EVENTS / every, "{} faults", faults.len());
    if fault == Fault::Busy {
        assert_waits_are_kept(&server);
    }
}

/// What is under way when the server asks for silence still arrives, and no more until the time is over.
#[track_caller]
fn assert_waits_are_kept(server: &Server) {
    // Some requests pass each other on the way, but far fewer than a second has room for.
    const ON_THE_WAY: usize = 100;
    let wait = Duration::from_secs(1);
    for (_, asked) in server.faults() {
        let early = server
            .arrivals()
            .into_iter()
            .filter(|arrival| *arrival > asked && *arrival < asked + wait)
            .count();
        assert!(
            early <= ON_THE_WAY,
            "{early} requests came while the server had asked for silence"
        );
    }
}

/// Everything that can go wrong, one thing after the other.
fn each_in_turn(every: usize) -> impl Fn(usize) -> Option<Fault> + Send + Sync + 'static {
    const FAULTS: [Fault; 6] = [
        Fault::CloseBeforeRead,
        Fault::CloseAfterRead,
        Fault::HalfAnswer,
        Fault::Broken,
        Fault::SlowBody,
        Fault::HalfAnswer,
    ];
    move |request| (request % every == 0).then(|| FAULTS[request / every % FAULTS.len()])
}

#[test]
fn all_faults_together_lose_no_batch() {
    let server = Server::start(each_in_turn(5));
    let client = client(&server, BodyFraming::Ndjson, false);
    // Each request carries many records here, and all of them may come twice.
    let oracle = Oracle::default();
    for _ in 0..60 {
        oracle.send_all(&client, 20);
        client.flush(PATIENCE).unwrap();
    }
    server.heal();
    oracle.prove_alive(&client);
    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    let stats = client.stats();
    assert!(stats.is_balanced() && stats.pending == 0, "{stats:?}");
    assert!(judgement.duplicates > 0);
    assert!(judgement.duplicates as u64 <= stats.retries_in_doubt, "{stats:?}");
    client.close(PATIENCE).unwrap();
}

#[test]
fn first_copies_keep_their_order_through_all_faults() {
    let server = Server::start(each_in_turn(10));
    let client = client(&server, BodyFraming::Single, true);
    let oracle = Oracle::default();
    oracle.send_all(&client, 1_300);
    client.flush(PATIENCE).unwrap();
    server.heal();
    oracle.prove_alive(&client);
    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    judgement.assert_in_order();
    assert!(judgement.duplicates > 0 && server.faults().len() >= 125);
    client.close(PATIENCE).unwrap();
}

#[test]
fn a_healthy_server_sees_few_connections() {
    let server = Server::start(|_| None);
    let client = client(&server, BodyFraming::Single, false);
    let oracle = Oracle::default();
    for _ in 0..20 {
        oracle.send_all(&client, 100);
        client.flush(PATIENCE).unwrap();
    }
    let judgement = oracle.judge(server.bodies());
    judgement.assert_kept();
    assert_eq!((judgement.duplicates, client.stats().retries), (0, 0));
    let connections = server.connections();
    assert!(connections <= IN_FLIGHT + 2, "{connections} connections");
    client.close(PATIENCE).unwrap();
}
