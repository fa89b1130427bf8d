//! Flushing, closing and dropping: from anywhere, in time.

use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use jkool_client::transport::Outcome;
use jkool_client::transport::testing::{Recording, Scripted, Step};
use jkool_client::{
    CheckError, Client, CloseError, Event, FlushError, Health, Refusal, RefusalKind, SendErrorKind, State,
    WaitError,
};

use crate::PATIENCE;
use crate::blocking::Blocking;
use crate::without_tokio::block_on;

/// By how much a call may be late. Generous, for machines under load.
const SLACK: Duration = Duration::from_secs(1);

fn recorded() -> (Client, Recording) {
    let recording = Recording::new();
    let client = Client::builder().transport(recording.clone()).build().unwrap();
    (client, recording)
}

fn stalled() -> Client {
    let scripted = Scripted::new(vec![Step::Stall; 100]);
    Client::builder()
        .transport(scripted)
        .drop_timeout(Duration::from_millis(100))
        .build()
        .unwrap()
}

fn in_time<T>(limit: Duration, call: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = call();
    let taken = start.elapsed();
    assert!(taken <= limit + SLACK, "took {taken:?} instead of {limit:?}");
    result
}

fn use_from_start_to_end() {
    let (client, recording) = recorded();
    client.send(Event::new("1")).unwrap();
    client.flush(PATIENCE).unwrap();
    assert_eq!(recording.records().len(), 1);
    client.send(Event::new("2")).unwrap();
    client.close(PATIENCE).unwrap();
    assert_eq!(recording.records().len(), 2);
}

async fn use_from_start_to_end_async() {
    let (client, recording) = recorded();
    let receipt = client.send_tracked(Event::new("1")).unwrap();
    client.check_async(PATIENCE).await.unwrap();
    client.flush_async(PATIENCE).await.unwrap();
    assert!(receipt.await.is_success());
    client.send(Event::new("2")).unwrap();
    client.close_async(PATIENCE).await.unwrap();
    assert_eq!(recording.records().len(), 2);
}

#[test]
fn works_without_a_runtime() {
    use_from_start_to_end();
    block_on(use_from_start_to_end_async());
}

#[tokio::test(flavor = "current_thread")]
async fn works_inside_a_current_thread_runtime() {
    use_from_start_to_end();
    use_from_start_to_end_async().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn works_inside_a_multi_thread_runtime() {
    use_from_start_to_end();
    use_from_start_to_end_async().await;
    tokio::spawn(use_from_start_to_end_async()).await.unwrap();
}

#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn the_time_of_the_callers_runtime_does_not_matter() {
    use_from_start_to_end_async().await;
}

#[test]
fn the_last_handle_flushes() {
    let (client, recording) = recorded();
    let (clone, logger) = (client.clone(), client.logger("orders"));
    client.send(Event::new("1")).unwrap();
    drop(client);
    clone.send(Event::new("2")).unwrap();
    drop(clone);
    logger.send(Event::new("3")).unwrap();
    drop(logger);
    assert_eq!(recording.records().len(), 3);
}

#[tokio::test(flavor = "current_thread")]
async fn the_last_handle_flushes_inside_async_code() {
    let (client, recording) = recorded();
    client.send(Event::new("1")).unwrap();
    drop(client);
    assert_eq!(recording.records().len(), 1);
    let client = stalled();
    client.send(Event::new("1")).unwrap();
    in_time(Duration::from_millis(100), || drop(client));
}

#[test]
fn a_guard_closes() {
    let (client, recording) = recorded();
    {
        let _guard = client.guard();
        client.send(Event::new("1")).unwrap();
    }
    assert_eq!(recording.records().len(), 1);
    assert!(matches!(client.health(), Health::Closed));
}

#[test]
fn what_is_sent_after_closing_comes_back() {
    let (client, recording) = recorded();
    client.close(PATIENCE).unwrap();
    client.close(PATIENCE).unwrap();
    client.flush(PATIENCE).unwrap();
    assert!(matches!(client.check(PATIENCE), Err(CheckError::Failed(_))));
    let event = Event::new("late").message("keep me");
    let error = client.send(event.clone()).unwrap_err();
    assert!(matches!(error.kind(), SendErrorKind::Closed));
    assert_eq!(error.into_entity(), event.into());
    assert!(recording.records().is_empty());
    assert!(client.stats().is_balanced());
}

#[test]
fn a_stalled_far_end_costs_no_more_than_the_time_given() {
    let client = stalled();
    let receipt = client.send_tracked(Event::new("1")).unwrap();
    client.send(Event::new("2")).unwrap();
    let half = Duration::from_millis(500);
    assert_eq!(
        in_time(half, || client.flush(half)),
        Err(FlushError::TimedOut { pending: 2 })
    );
    let waited = in_time(half, || receipt.wait(State::Delivered, half));
    assert!(matches!(waited, Err(WaitError::TimedOut { trouble: None })));
    assert_eq!(
        in_time(half, || client.close(half)),
        Err(CloseError::Undelivered { left: 2 })
    );
    let stats = client.stats();
    assert_eq!((stats.pending, stats.dropped.total()), (0, 2));
    assert!(stats.is_balanced());
    assert_eq!(
        client.close(half),
        Err(CloseError::Undelivered { left: 2 }),
        "the answer stays the same"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_stalled_far_end_costs_no_more_than_the_time_given_in_async_code() {
    let client = stalled();
    client.send(Event::new("1")).unwrap();
    let half = Duration::from_millis(500);
    let start = Instant::now();
    assert_eq!(
        client.flush_async(half).await,
        Err(FlushError::TimedOut { pending: 1 })
    );
    assert_eq!(
        client.close_async(half).await,
        Err(CloseError::Undelivered { left: 1 })
    );
    assert!(start.elapsed() < 2 * half + SLACK);
}

#[test]
fn a_worker_that_hangs_is_left_to_itself() {
    let (blocking, release) = Blocking::new();
    let client = Client::builder()
        .transport(blocking)
        .drop_timeout(Duration::ZERO)
        .build()
        .unwrap();
    client.send(Event::new("1")).unwrap();
    let short = Duration::from_millis(200);
    assert_eq!(
        in_time(short, || client.flush(short)),
        Err(FlushError::TimedOut { pending: 1 })
    );
    assert!(matches!(
        in_time(short, || client.check(short)),
        Err(CheckError::TimedOut)
    ));
    assert_eq!(
        in_time(short, || client.close(short)),
        Err(CloseError::Undelivered { left: 1 })
    );
    assert_eq!(
        in_time(short, || block_on(client.close_async(short))),
        Err(CloseError::Undelivered { left: 1 })
    );
    assert!(client.stats().is_balanced());
    in_time(Duration::ZERO, || drop(client));
    drop(release);
}

#[test]
fn two_threads_may_close_at_once() {
    for _ in 0..20 {
        let (client, recording) = recorded();
        (0..100).for_each(|number| client.send(Event::new(format!("{number}"))).unwrap());
        std::thread::scope(|scope| {
            let closing =
                [client.clone(), client.clone()].map(|client| scope.spawn(move || client.close(PATIENCE)));
            for thread in closing {
                assert_eq!(thread.join().unwrap(), Ok(()));
            }
        });
        assert_eq!(recording.records().len(), 100);
    }
}

#[test]
fn nothing_accepted_while_closing_is_lost() {
    for _ in 0..20 {
        let (client, recording) = recorded();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| while client.send(Event::new("race")).is_ok() {});
            }
            std::thread::yield_now();
            client.close(PATIENCE).unwrap();
        });
        let stats = client.stats();
        assert_eq!(
            (stats.accepted, stats.delivered),
            (recording.records().len() as u64, stats.accepted)
        );
        assert!(stats.is_balanced(), "{stats:?}");
    }
}

#[test]
fn a_callback_cannot_wait_for_its_own_thread() {
    let refusal = Refusal::new(RefusalKind::Invalid, "no");
    let scripted = Scripted::new([Step::Settle(Outcome::Refused(refusal))]);
    let slot: Arc<OnceLock<Client>> = Arc::default();
    let (results, inbox) = mpsc::channel();
    let results = Mutex::new(results);
    let in_callback = Arc::clone(&slot);
    let client = Client::builder()
        .transport(scripted)
        .on_dead_letter(move |_| {
            let client = in_callback.get().unwrap();
            let flushed = client.flush(PATIENCE);
            let closed = client.close(PATIENCE);
            client.send(Event::new("from the callback")).unwrap();
            results.lock().unwrap().send((flushed, closed)).unwrap();
        })
        .build()
        .unwrap();
    slot.set(client.clone()).unwrap();
    client.send(Event::new("refused")).unwrap();
    let answers = inbox.recv_timeout(PATIENCE).unwrap();
    assert_eq!(
        answers,
        (Err(FlushError::WouldDeadlock), Err(CloseError::WouldDeadlock))
    );
    client.close(PATIENCE).unwrap();
    assert_eq!(client.stats().delivered, 1);
}

#[test]
fn a_callback_may_drop_the_last_handle() {
    let refusal = Refusal::new(RefusalKind::Invalid, "no");
    let scripted = Scripted::new([Step::Settle(Outcome::Refused(refusal))]);
    let slot: Arc<Mutex<Option<Client>>> = Arc::default();
    let (done, inbox) = mpsc::channel();
    let done = Mutex::new(done);
    let in_callback = Arc::clone(&slot);
    let client = Client::builder()
        .transport(scripted.clone())
        .on_dead_letter(move |_| {
            let client = in_callback.lock().unwrap().take().unwrap();
            client.send(Event::new("last")).unwrap();
            drop(client);
            done.lock().unwrap().send(()).unwrap();
        })
        .build()
        .unwrap();
    // The callback takes the handle out of the slot, and waits for the lock until it is there.
    let mut filling = slot.lock().unwrap();
    client.send(Event::new("refused")).unwrap();
    *filling = Some(client);
    drop(filling);
    inbox.recv_timeout(PATIENCE).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while scripted.taken().is_empty() {
        assert!(
            Instant::now() < deadline,
            "what the callback sent is not delivered"
        );
        std::thread::yield_now();
    }
}

#[test]
fn an_event_may_be_sent_while_its_thread_ends() {
    struct SendOnDrop(Option<Client>);
    impl Drop for SendOnDrop {
        fn drop(&mut self) {
            self.0.take().unwrap().send(Event::new("goodbye")).unwrap();
        }
    }
    thread_local! {
        static LAST_WORDS: std::cell::RefCell<Option<SendOnDrop>> = const { std::cell::RefCell::new(None) };
    }
    let (client, recording) = recorded();
    let clone = client.clone();
    std::thread::spawn(move || {
        LAST_WORDS.with_borrow_mut(|words| *words = Some(SendOnDrop(Some(clone.clone()))));
        clone.send(Event::new("hello")).unwrap();
    })
    .join()
    .unwrap();
    client.close(PATIENCE).unwrap();
    assert_eq!(recording.records().len(), 2);
}
