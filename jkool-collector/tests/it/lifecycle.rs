//! Starting, callbacks, files, memory, shutting down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jkool_collector::{Collector, StartError};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::{DEADLINE, Wire, bodies};

fn event(number: usize) -> String {
    format!("{{\"operation\":\"op\",\"reason-code\":{number}}}")
}

#[tokio::test]
async fn the_url_leads_to_it() {
    let collector = Collector::builder().start().await.unwrap();
    assert_eq!(collector.url(), format!("http://{}", collector.address()));
    assert!(collector.address().ip().is_loopback());
    let everywhere = Collector::builder().bind("0.0.0.0:0").start().await.unwrap();
    assert_eq!(
        everywhere.url(),
        format!("http://127.0.0.1:{}", everywhere.address().port())
    );
}

#[tokio::test]
async fn a_taken_port_and_a_bad_path_are_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = Collector::builder().bind(&address).start().await.unwrap_err();
    assert!(
        matches!(error, StartError::Listen { .. }) && error.to_string().contains(&address),
        "{error}"
    );
    let folder = tempfile::tempdir().unwrap();
    let error = Collector::builder()
        .output(folder.path())
        .start()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains(&folder.path().display().to_string()),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn the_callback_sees_each_entity_before_its_sender_is_answered() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let collector = Collector::builder()
        .on_entity(move |received| log.lock().unwrap().push(received.body().to_owned()))
        .keep(2)
        .start()
        .await
        .unwrap();
    let mut wire = Wire::to(&collector).await;
    for number in 0..4 {
        assert_eq!(wire.post("/", &[], event(number)).await.status, 202);
        assert_eq!(seen.lock().unwrap().len(), number + 1);
    }
    assert_eq!(*seen.lock().unwrap(), [event(0), event(1), event(2), event(3)]);
    assert_eq!(bodies(&collector), [event(2), event(3)]);
    assert_eq!(collector.stats().accepted, 4);
}

#[tokio::test]
async fn the_output_file_is_appended_to_and_survives_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (
        folder.path().join("out.ndjson"),
        folder.path().join("out.ndjson.1"),
    );
    std::fs::write(&path, "earlier\n").unwrap();
    let collector = Collector::builder().output(&path).start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    wire.post("/", &[], event(1)).await;
    wire.post("/", &[], format!("{}\n{}", event(2), event(3))).await;
    wire.post("/", &[], "nonsense").await;
    std::fs::rename(&path, &moved).unwrap();
    wire.post("/", &[], event(4)).await;
    let lines = |numbers: &[usize]| {
        numbers
            .iter()
            .map(|number| event(*number) + "\n")
            .collect::<String>()
    };
    assert_eq!(
        std::fs::read_to_string(&moved).unwrap(),
        format!("earlier\n{}", lines(&[1, 2, 3]))
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), lines(&[4]));
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_written_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    let collector = Collector::builder().output(&path).start().await.unwrap();
    // The file is gone, and a folder has taken its place.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let mut wire = Wire::to(&collector).await;
    let reply = wire.post("/", &[], event(1)).await;
    assert_eq!(reply.status, 503);
    assert!(reply.head.contains("retry-after: 1"), "{}", reply.head);
    assert!(collector.received().is_empty());
    assert_eq!(collector.stats().not_stored, 1);
    std::fs::remove_dir(&path).unwrap();
    assert_eq!(wire.post("/", &[], event(1)).await.status, 202);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), event(1) + "\n");
}

#[tokio::test]
async fn shutdown_closes_idle_connections_and_lets_requests_finish() {
    let collector = Collector::builder().start().await.unwrap();
    let address = collector.address();
    let mut idle = Wire::to(&collector).await;
    idle.post("/", &[], event(1)).await;
    let mut busy = Wire::to(&collector).await;
    busy.send(format!(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        event(2).len()
    ))
    .await;
    assert_eq!(busy.reply().await.status, 100);
    let shutdown = tokio::spawn(collector.shutdown(DEADLINE));
    idle.closed().await;
    busy.send(event(2)).await;
    let reply = busy.reply().await;
    assert_eq!(reply.status, 202);
    assert!(reply.head.contains("connection: close"), "{}", reply.head);
    assert_eq!(shutdown.await.unwrap().accepted, 2);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn shutdown_cuts_off_what_misses_the_deadline() {
    let collector = Collector::builder().start().await.unwrap();
    let mut stuck = Wire::to(&collector).await;
    stuck
        .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        .await;
    assert_eq!(stuck.reply().await.status, 100);
    let stats = collector.shutdown(Duration::from_millis(50)).await;
    assert_eq!((stats.requests, stats.accepted), (1, 0));
    stuck.closed().await;
}

#[tokio::test]
async fn dropping_it_closes_the_port_and_the_connections() {
    let collector = Collector::builder().start().await.unwrap();
    let address = collector.address();
    let mut wire = Wire::to(&collector).await;
    wire.post("/", &[], event(1)).await;
    drop(collector);
    wire.closed().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn waiting_ends_at_the_deadline_with_what_there_is() {
    let collector = Collector::builder().start().await.unwrap();
    Wire::to(&collector).await.post("/", &[], event(1)).await;
    assert_eq!(collector.wait_for(1, DEADLINE).await.len(), 1);
    assert_eq!(collector.wait_for(2, Duration::from_millis(20)).await.len(), 1);
}
