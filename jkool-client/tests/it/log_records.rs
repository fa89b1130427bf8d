//! Records of the crate `log`, as they arrive.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use jkool_client::{Client, InstallError, LogLogger, Redaction, Severity};
use log::{Log, Metadata, Record, debug, error, info, warn};
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::child_process::in_child;
use crate::far_end::{FarEnd, only, property};

/// What arrives when `work` logs with a logger that is not installed.
fn arrived(logger: impl FnOnce(&Client) -> LogLogger, work: impl FnOnce(&LogLogger)) -> Vec<Value> {
    let far_end = FarEnd::start();
    let client = far_end.client();
    work(&logger(&client));
    far_end.close(&client)
}

#[test]
fn a_record_says_all_that_is_known() {
    log::set_max_level(log::LevelFilter::Trace);
    let line = line!() + 2;
    let bodies = arrived(Client::log_logger, |logger| {
        info!(logger: logger, order = 4711, amount = 99.5, vip = true, big = u128::MAX, user = "al\"ice", none:? = (); "order {}", "ok");
        warn!(logger: logger, "jkool.corr_id" = "order-1", "jkool.reason_code" = 7, "jkool.user" = "bob", "jkool.location" = "here"; "decorated");
        debug!(logger: logger, "below the level");
    });
    assert_eq!(bodies.len(), 2);
    let body = only(&bodies, "msg-text", "order ok");
    assert_eq!(body["operation"], module_path!());
    assert_eq!(
        (&body["type"], &body["severity"]),
        (&json!("EVENT"), &json!("INFO"))
    );
    assert_eq!(body["location"], format!("{}:{line}", file!()));
    assert_eq!(body["pid"], std::process::id());
    assert!(body["tid"].is_i64() && body["tracking-id"].is_string() && body["time-usec"].is_i64());
    for (name, kind, value) in [
        ("order", "long", json!(4711)),
        ("amount", "double", json!(99.5)),
        ("vip", "bool", json!(true)),
        ("user", "string", json!("al\"ice")),
        ("none", "string", json!("()")),
    ] {
        assert_eq!(
            property(body, name),
            &json!({"name": name, "type": kind, "value": value})
        );
    }
    assert_eq!(property(body, "big")["type"], "bint");
    let body = only(&bodies, "msg-text", "decorated");
    assert_eq!(
        (&body["corrid"], &body["reason-code"]),
        (&json!(["order-1"]), &json!(7))
    );
    assert_eq!(
        (&body["user"], &body["severity"]),
        (&json!("bob"), &json!("WARNING"))
    );
    assert_eq!(body["location"], "here");
}

#[test]
fn targets_made_at_run_time_keep_their_names() {
    log::set_max_level(log::LevelFilter::Trace);
    let bodies = arrived(
        |client| {
            client
                .log_logger()
                .target_level("shop", Severity::Error)
                .without_target("noise")
        },
        |logger| {
            for target in ["a", "b", "shop::x", "noise::y", "a"] {
                let target = target.to_owned();
                warn!(logger: logger, target: &*target, "from {target}");
            }
            error!(logger: logger, target: "shop::x", "from shop");
        },
    );
    let mut operations: Vec<_> = bodies
        .iter()
        .map(|body| body["operation"].as_str().unwrap())
        .collect();
    operations.sort_unstable();
    assert_eq!(operations, ["a", "a", "b", "shop::x"]);
}

#[test]
fn errors_are_told_with_their_causes_and_hooks_keep_values_back() {
    log::set_max_level(log::LevelFilter::Trace);
    let failure = std::io::Error::other(std::fmt::Error);
    let bodies = arrived(
        |client| {
            client.log_logger().redact(|name, _| match name {
                "card" => Redaction::Replace("****".to_owned()),
                _ => Redaction::Keep,
            })
        },
        |logger| error!(logger: logger, error:err = failure, card = 4111; "failed"),
    );
    let body = only(&bodies, "msg-text", "failed");
    assert!(
        body["exception"].as_str().unwrap().contains("an error occurred"),
        "{body}"
    );
    assert_eq!(property(body, "card")["value"], "****");
}

#[test]
fn the_installed_logger_wraps_another_and_flushes() {
    in_child(
        "log_records::the_installed_logger_wraps_another_and_flushes",
        || {
            static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
            static IS_FLUSHED: AtomicBool = AtomicBool::new(false);
            struct Other;
            impl Log for Other {
                fn enabled(&self, _: &Metadata<'_>) -> bool {
                    true
                }
                fn log(&self, record: &Record<'_>) {
                    if record.target() == module_path!() {
                        SEEN.lock().unwrap().push(record.args().to_string());
                    }
                }
                fn flush(&self) {
                    IS_FLUSHED.store(true, Ordering::Relaxed);
                }
            }
            let far_end = FarEnd::start();
            let client = far_end.client();
            client
                .log_logger()
                .wrap(Other)
                .flush_timeout(PATIENCE)
                .install()
                .unwrap();
            let again: Result<(), InstallError> = client.log_logger().install();
            assert!(again.unwrap_err().to_string().contains("`LogLogger::wrap`"));
            info!("both");
            debug!("the other one");
            log::logger().flush();
            assert_eq!(client.stats().pending, 0);
            assert!(IS_FLUSHED.load(Ordering::Relaxed));
            assert_eq!(*SEEN.lock().unwrap(), ["both", "the other one"]);
            let bodies = far_end.close(&client);
            only(&bodies, "msg-text", "both");
            assert!(bodies.iter().all(|body| body["msg-text"] != "the other one"));
        },
    );
}

#[test]
fn the_installed_logger_is_not_fed_by_its_transport() {
    in_child(
        "log_records::the_installed_logger_is_not_fed_by_its_transport",
        || {
            let far_end = FarEnd::start();
            let client = far_end.client();
            client.log_logger().level(Severity::Trace).install().unwrap();
            assert_eq!(log::max_level(), log::LevelFilter::Trace);
            for number in 0..50 {
                info!(number; "mine");
                client.flush(PATIENCE).unwrap();
            }
            client.close(PATIENCE).unwrap();
            let bodies = far_end.received(client.stats().delivered);
            assert!(bodies.iter().all(|body| {
                let name = property(body, "thread.name")["value"]
                    .as_str()
                    .unwrap_or_default();
                !name.starts_with("jkool-")
            }));
            assert_eq!(
                bodies.iter().filter(|body| body["msg-text"] == "mine").count(),
                50
            );
        },
    );
}
