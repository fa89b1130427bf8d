//! What the client's own threads log never comes back as events.

use std::time::{Duration, Instant};

use jkool_client::{Client, Event, RetryPolicy};

use super::listener::{self, Heard};
use super::own_process::{applaud, is_on_stage, prop, stage};
use crate::PATIENCE;

/// How many events the host logs by each of `tracing` and `log`.
const EACH: usize = 300;

/// Streams what the host logs, with a layer that forwards everything it may.
fn stream_what_is_logged(client: &Client, library: &str) {
    // From here on, what the client does is heard.
    listener::listen();
    let forwarding = client.clone();
    listener::forward_to(move |text| drop(forwarding.send(Event::new("logged").message(text.to_owned()))));
    std::thread::scope(|scope| {
        scope.spawn(|| (0..EACH).for_each(|number| tracing::info!(target: "host", number, "by tracing")));
        (0..EACH).for_each(|number| log::info!(target: "host", "by log: {number}"));
    });
    client.flush(PATIENCE).unwrap();
    client.check(PATIENCE).unwrap();
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(500) {
        let accepted = client.stats().accepted;
        assert_eq!(accepted, 2 * EACH as u64, "each event makes others");
        std::thread::sleep(Duration::from_millis(10)); // poll: that nothing more is sent
    }
    client.close(PATIENCE).unwrap();
    let heard = listener::take_heard();
    let (silenced, others): (Vec<Heard>, Vec<Heard>) = heard.into_iter().partition(|one| one.is_silenced);
    assert!(
        silenced.iter().filter(|one| one.text.contains(library)).count() > 50,
        "{library} logs while it sends, or else nothing is proven; {} others do, such as {:?}",
        silenced.len(),
        silenced.first()
    );
    let foreign: Vec<&Heard> = others.iter().filter(|one| !one.text.contains("host")).collect();
    assert!(
        foreign.is_empty(),
        "{} foreign ones, such as {:?}",
        foreign.len(),
        foreign[0]
    );
    assert_eq!(others.len(), 2 * EACH);
    assert!(others.iter().all(|one| !one.is_nested));

    // A closed client refuses, and says so to its caller only.
    (0..10_000).for_each(|number| tracing::info!(target: "host", number, "too late"));
    let heard = listener::take_heard();
    assert_eq!(heard.len(), 10_000, "refusals make other events");
    assert!(heard.iter().all(|one| !one.is_nested));
}

fn impatient() -> RetryPolicy {
    RetryPolicy::default()
        .initial_delay(Duration::from_millis(5))
        .max_delay(Duration::from_millis(20))
}

#[cfg(feature = "http")]
#[test]
fn http_libraries_are_not_heard() {
    use super::http_server::{Fault, Server};

    const TEST: &str = "promises::silence::http_libraries_are_not_heard";
    if is_on_stage(TEST) {
        let client = Client::builder()
            .http("canary")
            .url(prop("URL"))
            .retry(impatient())
            .build()
            .unwrap();
        return stream_what_is_logged(&client, "hyper_util");
    }
    // Failures are logged, too. The name is looked up on a thread of the worker's runtime.
    let server = Server::start(|request| (request % 50 == 0).then_some(Fault::CloseAfterRead));
    applaud(stage(
        TEST,
        &[("URL", &server.url().replace("127.0.0.1", "localhost"))],
    ));
    assert_eq!(
        distinct(&server.bodies()),
        2 * EACH + 1,
        "the host's events and a check"
    );
}

#[cfg(feature = "mqtt")]
#[test]
fn mqtt_libraries_are_not_heard() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use super::scripted_broker::{ScriptedBroker, acknowledge};

    const TEST: &str = "promises::silence::mqtt_libraries_are_not_heard";
    if is_on_stage(TEST) {
        let client = Client::builder()
            .mqtt(prop("ADDRESS"))
            .retry(impatient())
            .build()
            .unwrap();
        return stream_what_is_logged(&client, "rumqttc");
    }
    let (bodies, count): (Arc<Mutex<Vec<String>>>, _) = (Arc::default(), AtomicUsize::new(0));
    let noted = Arc::clone(&bodies);
    let broker = ScriptedBroker::start(move |client| {
        acknowledge(&client, |body| {
            noted
                .lock()
                .unwrap()
                .push(String::from_utf8(body.to_vec()).unwrap());
            // The connection breaks now and then, and that is logged, too.
            count.fetch_add(1, Ordering::Relaxed) % 200 != 150
        })
    });
    applaud(stage(TEST, &[("ADDRESS", &broker.address())]));
    assert_eq!(distinct(&bodies.lock().unwrap()), 2 * EACH);
    assert!(broker.visits().len() > 2);
}

fn distinct(bodies: &[String]) -> usize {
    bodies.iter().collect::<std::collections::HashSet<_>>().len()
}
