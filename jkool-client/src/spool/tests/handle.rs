//! The handle and its thread: nobody waits for the disk, everybody is told.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::fake_disk::{FakeDisk, FaultKind};
use super::oracle::{Oracle, record};
use crate::spool::error::SpoolError;
use crate::spool::handed_back::{HandedBack, HandedBackReason};
use crate::spool::handle::SpoolHandle;
use crate::spool::options::SpoolOptions;
use crate::spool::record::{SpoolId, SpoolRecord, Spooled};
use crate::spool::state::SpoolState;

const LONG: Duration = Duration::from_secs(20);

fn open(disk: &FakeDisk, options: SpoolOptions) -> SpoolHandle {
    SpoolHandle::on_disk(Box::new(disk.clone()), options).unwrap()
}

fn quick_retry() -> SpoolOptions {
    SpoolOptions::new().retry(Duration::from_millis(1), Duration::from_millis(10))
}

/// Appends and waits for the answer.
fn append(spool: &SpoolHandle, records: Vec<SpoolRecord>) -> Result<SpoolId, HandedBack> {
    let (tell, told) = mpsc::channel();
    spool.append(records, move |outcome| tell.send(outcome).unwrap())?;
    told.recv_timeout(LONG)
        .expect("nobody said what became of the records")
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::timeout(LONG, future)
            .await
            .expect("no answer in time")
    })
}

fn next(spool: &SpoolHandle, max_records: usize) -> Vec<Spooled> {
    block_on(spool.next_batch(max_records, usize::MAX)).expect("the spool is closed")
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn what_goes_in_comes_out_and_is_gone_when_removed() {
    let disk = FakeDisk::default();
    let spool = open(&disk, SpoolOptions::new());
    assert!(spool.stats().is_empty());
    append(&spool, (0..100).map(record).collect()).unwrap();
    assert_eq!(spool.stats().records, 100);
    assert_eq!(spool.stats().stored, 100);
    let batch = next(&spool, 30);
    assert_eq!(
        batch
            .iter()
            .map(|spooled| spooled.record.clone())
            .collect::<Vec<_>>(),
        (0..30).map(record).collect::<Vec<_>>()
    );
    let rest = next(&spool, 1_000);
    assert_eq!(rest.len(), 70);
    spool.remove(batch.iter().chain(&rest).map(|spooled| spooled.id));
    wait_until("all is removed", || spool.stats().is_empty());
    let closed = spool.close(LONG);
    assert!(closed.all_stored() && closed.finished);
    assert!(matches!(spool.stats().state, SpoolState::Closed));
    assert_eq!(disk.file_bytes(), 0, "an empty file is not left behind");
}

#[test]
fn a_reader_waits_for_the_next_record() {
    let spool = open(&FakeDisk::default(), SpoolOptions::new());
    let batch = block_on(async {
        let batch = spool.next_batch(10, 1_000);
        let (tell, told) = tokio::sync::oneshot::channel();
        spool
            .append(vec![record(7)], move |outcome| {
                tell.send(outcome.is_ok()).unwrap()
            })
            .unwrap();
        assert!(told.await.unwrap());
        batch.await.unwrap()
    });
    assert_eq!(batch[0].record, record(7));
}

#[test]
fn batches_keep_to_their_limits() {
    let spool = open(&FakeDisk::default(), SpoolOptions::new());
    append(
        &spool,
        (0..10)
            .map(|_| SpoolRecord::new(0, "orders", vec![1; 1_000]))
            .collect(),
    )
    .unwrap();
    assert_eq!(block_on(spool.next_batch(2, usize::MAX)).unwrap().len(), 2);
    assert_eq!(block_on(spool.next_batch(100, 3_500)).unwrap().len(), 3);
    assert_eq!(
        block_on(spool.next_batch(100, 0)).unwrap().len(),
        1,
        "at least one"
    );
    assert_eq!(block_on(spool.next_batch(0, 0)).unwrap().len(), 1, "at least one");
}

#[test]
fn a_dropped_future_loses_nothing() {
    let spool = open(&FakeDisk::default(), SpoolOptions::new());
    let mut oracle = Oracle::default();
    let records = oracle.fresh(200);
    append(&spool, records.clone()).unwrap();
    oracle.stored(&records);
    for round in 0..20 {
        let mut batch = pin!(spool.next_batch(10, usize::MAX));
        if round % 2 == 0 {
            // Let the thread answer before the future goes.
            let mut context = Context::from_waker(Waker::noop());
            wait_until("the batch is there", || match batch.as_mut().poll(&mut context) {
                Poll::Ready(found) => {
                    oracle.seen(&found.unwrap());
                    true
                }
                Poll::Pending => false,
            });
        }
    }
    let answered = spool.next_batch(1_000, usize::MAX);
    drop(answered);
    wait_until("the rest comes", || {
        if oracle.missing().is_empty() {
            return true;
        }
        oracle.seen(&next(&spool, 1_000));
        oracle.missing().is_empty()
    });
}

#[test]
fn appends_share_commits() {
    let disk = FakeDisk::default();
    disk.set_sync_pause(Duration::from_millis(5));
    let spool = open(&disk, SpoolOptions::new());
    append(&spool, vec![record(0)]).unwrap();
    let before = disk.syncs();
    let (tell, told) = mpsc::channel();
    for number in 1..1_000 {
        let tell = tell.clone();
        spool
            .append(vec![record(number)], move |outcome| {
                tell.send(outcome.is_ok()).unwrap()
            })
            .unwrap();
    }
    for _ in 1..1_000 {
        assert!(told.recv_timeout(LONG).unwrap());
    }
    let syncs = disk.syncs() - before;
    assert!(syncs < 100, "{syncs} syncs for 999 appends");
    assert_eq!(next(&spool, 2_000).len(), 1_000);
}

#[test]
fn a_slow_disk_never_keeps_the_caller_waiting() {
    let disk = FakeDisk::default();
    let spool = open(&disk, SpoolOptions::new().max_backlog_records(5_000));
    append(&spool, vec![record(0)]).unwrap();
    disk.set_blocked(true);
    let outcomes = Arc::new(Mutex::new((0, 0)));
    let mut worst = Duration::ZERO;
    let mut handed_back = 0;
    for number in 1..100_000 {
        let outcomes = Arc::clone(&outcomes);
        let one = vec![record(number)];
        let start = Instant::now();
        let appended = spool.append(one, move |outcome| match outcome {
            Ok(_) => outcomes.lock().unwrap().0 += 1,
            Err(_) => outcomes.lock().unwrap().1 += 1,
        });
        worst = worst.max(start.elapsed());
        if let Err(back) = appended {
            assert_eq!(back.reason, HandedBackReason::Backlog);
            assert_eq!(back.records, [record(number)]);
            handed_back += 1;
        }
    }
    // The bound leaves room for other tests on the same cores; a call that touched the disk would hang for good.
    assert!(worst < Duration::from_millis(500), "an append took {worst:?}");
    assert_eq!(handed_back, 99_999 - 5_000);
    assert_eq!(spool.stats().waiting_records, 5_000);
    disk.set_blocked(false);
    wait_until("the backlog is stored", || spool.stats().waiting_records == 0);
    assert!(spool.close(LONG).all_stored());
    assert_eq!(*outcomes.lock().unwrap(), (5_000, 0));
}

#[test]
fn closing_returns_in_time_when_the_disk_hangs() {
    let disk = FakeDisk::default();
    let spool = open(&disk, SpoolOptions::new());
    append(&spool, vec![record(0)]).unwrap();
    disk.set_blocked(true);
    spool.append((1..4).map(record).collect(), |_| {}).unwrap();
    let start = Instant::now();
    let closed = spool.close(Duration::from_millis(100));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!((closed.left, closed.finished), (3, false));
    let back = append(&spool, vec![record(9)]).unwrap_err();
    assert_eq!(back.reason, HandedBackReason::Closed);
    disk.set_blocked(false);
    assert!(spool.close(LONG).finished);
}

#[test]
fn closing_on_a_failing_disk_hands_back_what_is_left() {
    let disk = FakeDisk::default();
    let spool = open(&disk, quick_retry());
    append(&spool, vec![record(0)]).unwrap();
    disk.fail_next(u64::MAX, FaultKind::Error);
    let (tell, told) = mpsc::channel();
    spool
        .append(vec![record(1), record(2)], move |outcome| {
            tell.send(outcome).unwrap()
        })
        .unwrap();
    wait_until("the failure shows", || {
        matches!(spool.stats().state, SpoolState::Failing { .. })
    });
    let closed = spool.close(Duration::from_millis(200));
    assert_eq!((closed.left, closed.finished), (2, true));
    let back = told.recv_timeout(LONG).unwrap().unwrap_err();
    assert_eq!(back.reason, HandedBackReason::Closed);
    assert_eq!(back.records, [record(1), record(2)]);
    assert!(block_on(spool.next_batch(1, 1)).is_none());
}

#[test]
fn closing_stores_what_waits_and_the_next_one_finds_it() {
    let disk = FakeDisk::default();
    let spool = open(&disk, SpoolOptions::new().linger(LONG).max_group_records(7));
    for number in 0..50 {
        spool.append(vec![record(number)], |_| {}).unwrap();
    }
    let closed = block_on(spool.close_async(LONG));
    assert!(closed.all_stored() && closed.finished);
    let spool = open(&disk, SpoolOptions::new());
    assert_eq!(spool.stats().records, 50);
    assert_eq!(next(&spool, 100).len(), 50);
}

#[test]
fn the_last_handle_stores_what_waits_when_it_goes() {
    let disk = FakeDisk::default();
    let spool = open(&disk, SpoolOptions::new());
    let (tell, told) = mpsc::channel();
    spool
        .append(vec![record(3)], move |outcome| {
            tell.send(outcome.is_ok()).unwrap()
        })
        .unwrap();
    drop(spool);
    assert!(told.recv_timeout(LONG).unwrap());
}

#[test]
fn a_disk_that_heals_gets_what_waited() {
    let disk = FakeDisk::default();
    let spool = open(&disk, quick_retry());
    append(&spool, vec![record(0)]).unwrap();
    disk.fail_next(u64::MAX, FaultKind::ForgetfulSync);
    let (tell, told) = mpsc::channel();
    spool
        .append(vec![record(1)], move |outcome| {
            tell.send(outcome.is_ok()).unwrap()
        })
        .unwrap();
    wait_until("the failure shows", || {
        matches!(spool.stats().state, SpoolState::Failing { .. })
    });
    assert!(told.try_recv().is_err(), "not stored, and nobody gave up");
    disk.set_fault(None);
    assert!(told.recv_timeout(LONG).unwrap());
    wait_until("the state is well", || {
        matches!(spool.stats().state, SpoolState::Ok)
    });
    assert_eq!(next(&spool, 10).len(), 2);
    let stats = spool.stats();
    assert!(stats.failures > 0, "{stats:?}");
    assert!(
        matches!(stats.last_failure.as_deref(), Some(SpoolError::Storage { .. })),
        "{stats:?}"
    );
}

#[test]
fn a_failure_that_nobody_saw_leaves_a_trace() {
    let disk = FakeDisk::default();
    let spool = open(&disk, quick_retry());
    append(&spool, vec![record(0)]).unwrap();
    assert_eq!(spool.stats().failures, 0);
    disk.fail_next(1, FaultKind::Error);
    append(&spool, vec![record(1)]).unwrap();
    wait_until("the state is well", || {
        matches!(spool.stats().state, SpoolState::Ok)
    });
    let stats = spool.stats();
    assert!(stats.failures > 0 && stats.last_failure.is_some(), "{stats:?}");
}

#[test]
fn a_full_disk_hands_back_and_recovers_by_itself() {
    let disk = FakeDisk::default();
    let spool = open(&disk, quick_retry());
    disk.set_room(Some(300_000));
    let mut stored = 0;
    let back = loop {
        match append(&spool, vec![SpoolRecord::new(0, "orders", vec![1; 5_000]); 4]) {
            Ok(_) => stored += 4,
            Err(back) => break back,
        }
    };
    assert_eq!(back.reason, HandedBackReason::Full);
    assert_eq!(back.records.len(), 4);
    disk.set_room(None);
    wait_until("there is room again", || append(&spool, vec![record(0)]).is_ok());
    let batch = next(&spool, 1_000);
    assert_eq!(batch.len(), stored + 1, "none is lost, none comes twice");
}

#[test]
fn records_that_never_fit_are_refused_at_once() {
    let spool = open(
        &FakeDisk::default(),
        SpoolOptions::new().max_file_bytes(1024 * 1024),
    );
    let back = append(&spool, vec![SpoolRecord::new(0, "", vec![0; 600_000])]).unwrap_err();
    assert_eq!(back.reason, HandedBackReason::TooLarge);
    append(
        &spool,
        vec![SpoolRecord::new(0, "", vec![0; 1024 * 1024 / 8 - 64])],
    )
    .unwrap();
}

#[test]
fn a_callback_that_panics_harms_nobody() {
    let spool = open(&FakeDisk::default(), SpoolOptions::new());
    spool
        .append(vec![record(0)], |_| panic!("not our fault"))
        .unwrap();
    append(&spool, vec![record(1)]).unwrap();
    assert_eq!(next(&spool, 10).len(), 2);
}

#[test]
fn options_out_of_range_are_named() {
    let options = SpoolOptions::new().max_group_records(0);
    let error = SpoolHandle::open("/nowhere", options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the spool option max_group_records is 0, expected at least 1"
    );
}

#[test]
fn the_longest_waits_do_not_overflow() {
    let options = SpoolOptions::new()
        .linger(Duration::ZERO)
        .removal_delay(Duration::MAX)
        .adopt_every(Duration::MAX)
        .retry(Duration::MAX, Duration::MAX);
    let spool = open(&FakeDisk::default(), options);
    append(&spool, vec![record(0)]).unwrap();
    spool.remove(next(&spool, 1).iter().map(|spooled| spooled.id));
    assert!(spool.close(Duration::MAX).finished);
}
