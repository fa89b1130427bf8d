//! The end of a connection.

use std::time::{Duration, Instant};

use jkool_transport::{Connect as _, ErrorKind};

use crate::scripted_broker::{DISCONNECT, ScriptedBroker};
use crate::sending::{close, letters, numbered, send};

#[tokio::test]
async fn closing_waits_for_acknowledgements_then_says_goodbye() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(2).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (first, _) = guest.read_publish().await;
        let (second, _) = guest.read_publish().await;
        assert!(guest.is_quiet().await, "it says goodbye with messages under way");
        guest.acknowledge(first).await;
        // One more was waiting for its turn.
        let (third, _) = guest.read_publish().await;
        guest.acknowledge(second).await;
        guest.acknowledge(third).await;
        assert_eq!(guest.read().await.unwrap().kind(), DISCONNECT);
        assert_eq!(guest.read_to_end().await, 0);
    };
    let ((result, outcomes), closed, ()) = tokio::join!(send(&*link, numbered(3)), close(&*link), serving);
    closed.unwrap();
    result.unwrap();
    assert_eq!(letters(&outcomes), "ddd");

    let (result, outcomes) = send(&*link, numbered(1)).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(letters(&outcomes), "n");
    assert_eq!(link.check().await.unwrap_err().kind(), ErrorKind::Closed);
    close(&*link).await.unwrap();
    assert!(!broker.is_visited().await);
}

#[tokio::test]
async fn a_deadline_ends_the_wait_and_tells_what_is_in_doubt() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().window(2).build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let begun = Instant::now();
    let (send, closed, packets) = tokio::join!(
        send(&*link, numbered(3)),
        link.close(begun + Duration::from_millis(200)),
        guest.read_to_end()
    );
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(closed.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(send.0.is_err());
    assert_eq!((letters(&send.1).as_str(), packets), ("uun", 2));
}

#[tokio::test]
async fn a_send_after_the_beginning_of_the_end_is_turned_away() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, mut guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    let serving = async {
        let (id, body) = guest.read_publish().await;
        assert!(guest.is_quiet().await);
        guest.acknowledge(id).await;
        assert_eq!(guest.read().await.unwrap().kind(), DISCONNECT);
        body
    };
    let (first, closed, late, body) = tokio::join!(
        biased;
        send(&*link, numbered(1)),
        close(&*link),
        send(&*link, numbered(2)),
        serving
    );
    closed.unwrap();
    assert_eq!((letters(&first.1), letters(&late.1)), ("d".into(), "nn".into()));
    assert_eq!(late.0.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(body, r#"{"msg-text":"0"}"#);
}

#[tokio::test]
async fn closing_a_broken_link_tells_what_broke_it() {
    let broker = ScriptedBroker::start().await;
    let mqtt = broker.mqtt().build().unwrap();
    let (link, guest) = tokio::join!(mqtt.connect(), broker.welcome());
    let link = link.unwrap();
    drop(guest);
    let (result, _) = send(&*link, numbered(1)).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(close(&*link).await.unwrap_err().kind(), ErrorKind::Io);
}
