//! `flush`, `close` and drop return in time, whatever hangs, wherever they are called, and say what is left.

use std::net::TcpListener;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use jkool_client::transport::async_trait;
use jkool_client::{
    Client, ClientBuilder, CloseError, Connect, Endpoint, Event, FlushError, SendErrorKind, Transport,
    TransportError,
};
use rstest::rstest;

use crate::blocking::Blocking;

/// What each call is given.
const LIMIT: Duration = Duration::from_millis(200);

/// By how much a call may be late.
const SLACK: Duration = Duration::from_secs(1);

/// How many events wait when the calls are made.
const PENDING: u64 = 64;

/// What hangs.
#[derive(Clone, Copy, Debug)]
enum Hang {
    /// The server takes connections, and never says a word.
    Server,
    /// The look-up of the name occupies a thread of the runtime, and cannot be cancelled.
    NameLookup,
    /// The transport blocks the worker itself, so that it can answer nobody.
    Worker,
}

/// Where the calls are made.
#[derive(Clone, Copy, Debug)]
enum Place {
    NoRuntime,
    CurrentThread,
    MultiThread,
    TwoThreads,
}

/// A client whose queue is full and whose far end hangs, with what must be kept for it to hang.
struct Stuck {
    client: Client,
    _listener: Option<TcpListener>,
    _release: Option<Sender<()>>,
}

/// Looks up a name, and gets no answer before the sender is dropped.
struct NameLookup {
    endpoint: Endpoint,
    released: Arc<Mutex<std::sync::mpsc::Receiver<()>>>,
}

#[async_trait]
impl Connect for NameLookup {
    async fn connect(&self) -> Result<Box<dyn Transport>, TransportError> {
        let released = Arc::clone(&self.released);
        let _ = tokio::task::spawn_blocking(move || released.lock().unwrap().recv()).await;
        std::future::pending().await
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

impl Stuck {
    fn new(hang: Hang) -> Self {
        let (mut listener, mut release) = (None, None);
        let builder = Client::builder();
        let builder = match hang {
            Hang::Server => {
                let silent = TcpListener::bind("127.0.0.1:0").unwrap();
                let builder = to_silent_server(builder, &silent);
                listener = Some(silent);
                builder
            }
            Hang::NameLookup => {
                let (sender, released) = channel();
                release = Some(sender);
                builder.transport(NameLookup {
                    endpoint: Endpoint::named("name"),
                    released: Arc::new(Mutex::new(released)),
                })
            }
            Hang::Worker => {
                let (blocking, sender) = Blocking::new();
                release = Some(sender);
                builder.transport(blocking)
            }
        };
        let client = builder
            .max_queued_events(PENDING as usize)
            .ordered(true)
            .drop_timeout(LIMIT)
            .build()
            .unwrap();
        let deadline = Instant::now() + crate::PATIENCE;
        let mut accepted = 0;
        while accepted < PENDING {
            assert!(Instant::now() < deadline, "the queue does not fill");
            accepted += u64::from(client.send(Event::new("stuck")).is_ok());
        }
        let error = client.send(Event::new("one too many")).unwrap_err();
        assert!(matches!(error.kind(), SendErrorKind::QueueFull));
        Self {
            client,
            _listener: listener,
            _release: release,
        }
    }
}

#[cfg(feature = "http")]
fn to_silent_server(builder: ClientBuilder, silent: &TcpListener) -> ClientBuilder {
    builder
        .http("canary")
        .url(format!("http://{}", silent.local_addr().unwrap()))
}

#[cfg(not(feature = "http"))]
fn to_silent_server(builder: ClientBuilder, _silent: &TcpListener) -> ClientBuilder {
    use jkool_client::transport::testing::{Scripted, Step};
    builder.transport(Scripted::new(vec![Step::Stall; 1_000]))
}

#[track_caller]
fn in_time<T>(call: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = call();
    let taken = start.elapsed();
    assert!(taken <= LIMIT + SLACK, "took {taken:?} instead of {LIMIT:?}");
    result
}

/// The blocking calls, one after the other, and the drop of a client that was not closed.
fn call_all(hang: Hang) {
    let stuck = Stuck::new(hang);
    let flushed = in_time(|| stuck.client.flush(LIMIT));
    assert_eq!(flushed, Err(FlushError::TimedOut { pending: PENDING }));
    let closed = in_time(|| stuck.client.close(LIMIT));
    assert_eq!(closed, Err(CloseError::Undelivered { left: PENDING }));
    assert!(stuck.client.stats().is_balanced(), "{:?}", stuck.client.stats());
    in_time(|| drop(stuck.client));

    let stuck = Stuck::new(hang);
    let guard = stuck.client.guard();
    in_time(|| drop(guard));
    let stuck = Stuck::new(hang);
    in_time(|| drop(stuck.client));
}

/// The same from two threads at the same moment.
fn call_from_two_threads(hang: Hang) {
    let stuck = Stuck::new(hang);
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                together.wait();
                let flushed = in_time(|| stuck.client.flush(LIMIT));
                assert_eq!(flushed, Err(FlushError::TimedOut { pending: PENDING }));
                together.wait();
                let closed = in_time(|| stuck.client.close(LIMIT));
                assert_eq!(closed, Err(CloseError::Undelivered { left: PENDING }));
            });
        }
    });
}

async fn call_all_in_async_code(hang: Hang) {
    let stuck = Stuck::new(hang);
    let start = Instant::now();
    let flushed = stuck.client.flush_async(LIMIT).await;
    assert_eq!(flushed, Err(FlushError::TimedOut { pending: PENDING }));
    let closed = stuck.client.close_async(LIMIT).await;
    assert_eq!(closed, Err(CloseError::Undelivered { left: PENDING }));
    assert!(start.elapsed() <= 2 * (LIMIT + SLACK), "{:?}", start.elapsed());
    // The blocking ones work here, too, in `Drop` among others.
    call_all(hang);
}

#[rstest]
fn calls_return_in_time(
    #[values(Hang::Server, Hang::NameLookup, Hang::Worker)] hang: Hang,
    #[values(Place::NoRuntime, Place::CurrentThread, Place::MultiThread, Place::TwoThreads)] place: Place,
) {
    let runtime = |mut builder: tokio::runtime::Builder| builder.enable_all().build().unwrap();
    match place {
        Place::NoRuntime => call_all(hang),
        Place::TwoThreads => call_from_two_threads(hang),
        Place::CurrentThread => {
            runtime(tokio::runtime::Builder::new_current_thread()).block_on(call_all_in_async_code(hang));
        }
        Place::MultiThread => {
            let runtime = runtime(tokio::runtime::Builder::new_multi_thread());
            runtime
                .block_on(runtime.spawn(call_all_in_async_code(hang)))
                .unwrap();
        }
    }
}
