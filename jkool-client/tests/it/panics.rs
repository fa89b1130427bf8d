//! Panics of a program, told before it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jkool_client::Client;
use serde_json::json;

use crate::child_process::in_child;
use crate::far_end::{FarEnd, only, property};

#[test]
fn a_panic_is_told_at_once_and_the_old_hook_runs_too() {
    in_child(
        "panics::a_panic_is_told_at_once_and_the_old_hook_runs_too",
        || {
            static CALLS: AtomicUsize = AtomicUsize::new(0);
            std::panic::set_hook(Box::new(|_| {
                CALLS.fetch_add(1, Ordering::Relaxed);
            }));
            let far_end = FarEnd::start();
            let client = far_end.client();
            client
                .panic_hook()
                .flush_timeout(Duration::from_secs(20))
                .install();
            let line = line!() + 3;
            let thread = std::thread::Builder::new().name("till".to_owned());
            let panicked = thread.spawn(|| {
                panic!("order {}", 4711);
            });
            assert!(panicked.unwrap().join().is_err());
            // The hook has flushed, so it is there already.
            assert_eq!(client.stats().delivered, 1);
            assert_eq!(CALLS.load(Ordering::Relaxed), 1);
            let bodies = far_end.close(&client);
            let body = only(&bodies, "operation", "panic");
            assert_eq!(
                (&body["severity"], &body["msg-text"]),
                (&json!("FATAL"), &json!("order 4711"))
            );
            assert_eq!(body["location"], format!("{}:{line}", file!()));
            assert_eq!(property(body, "thread.name")["value"], "till");
            assert!(body["exception"].as_str().unwrap().starts_with("order 4711\nat "));
        },
    );
}

#[test]
fn a_dead_far_end_delays_a_panic_no_longer_than_told() {
    in_child(
        "panics::a_dead_far_end_delays_a_panic_no_longer_than_told",
        || {
            // Nobody accepts here, and nobody refuses.
            let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let client = Client::builder()
                .http("token")
                .url(format!("http://{}", silent.local_addr().unwrap()))
                .drop_timeout(Duration::ZERO)
                .build()
                .unwrap();
            client
                .panic_hook()
                .flush_timeout(Duration::from_millis(200))
                .install();
            let start = Instant::now();
            let panicked = std::thread::spawn(|| panic!("on purpose")).join();
            assert!(panicked.is_err());
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
            assert_eq!(client.stats().accepted, 1);
        },
    );
}
