//! Delivery through a spool whose disk is sick, on a paused clock.

use std::time::Duration;

use jkool_transport::testing::{Recording, Scripted, Step};
use jkool_transport::{ErrorKind, Outcome};

use super::rig::{Rig, bodies, error};
use crate::delivery::SpoolLane;
use crate::spool::tests::fake_disk::{FakeDisk, FaultKind};
use crate::spool::{SpoolHandle, SpoolMode, SpoolOptions};
use crate::{DropReason, Fate, State};

/// A spool on this disk whose work is done in a task of the runtime.
pub(super) fn lane(disk: &FakeDisk, mode: SpoolMode) -> SpoolLane {
    let options = SpoolOptions::new()
        .linger(Duration::ZERO)
        .removal_delay(Duration::ZERO)
        .retry(Duration::ZERO, Duration::ZERO)
        .max_file_bytes(64 << 20);
    let max_append_bytes = options.max_append_bytes();
    let (handle, mut inline) = SpoolHandle::inline(Box::new(disk.clone()), options);
    tokio::spawn(async move {
        while !inline.turn() {
            // What it wants to try again by itself is tried four times a second.
            let _ = tokio::time::timeout(Duration::from_millis(250), inline.wanted()).await;
        }
    });
    SpoolLane::new(handle, mode, max_append_bytes)
}

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("{number:05}")).collect()
}

fn push_all(rig: &Rig, bodies: &[String]) {
    rig.push_all(bodies.iter().map(String::as_str));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_ahead_is_delivered_from_disk_and_removed() {
    let (disk, recording) = (FakeDisk::default(), Recording::new());
    let spool = lane(&disk, SpoolMode::WriteAhead);
    let (rig, _) = Rig::start_with_spool(recording.clone(), spool, 100_000, |_| {});
    let expected = numbers(0..5_000);
    push_all(&rig, &expected);
    rig.flush().await;
    assert_eq!(recording.bodies(), expected);
    assert_eq!((rig.ledger.spooled.get(), rig.ledger.in_spool()), (5_000, 0));
    rig.assert_balanced();
    assert_eq!(
        rig.close_with_spool(Duration::from_secs(1)).await,
        crate::delivery::Left::default()
    );
}

/// Whoever flushes at once must not be told that all is settled because nobody has looked at the disk yet.
#[tokio::test(start_paused = true)]
async fn a_flush_waits_for_what_an_earlier_client_has_left() {
    for mode in [SpoolMode::WriteAhead, SpoolMode::Overflow] {
        let disk = FakeDisk::default();
        let nobody = Scripted::new(vec![Step::Stall; 1_000]);
        let (rig, _) = Rig::start_with_spool(nobody, lane(&disk, SpoolMode::WriteAhead), 100_000, |_| {});
        push_all(&rig, &numbers(0..100));
        let left = rig.close_with_spool(Duration::from_secs(1)).await;
        assert_eq!((left.lost, left.stored), (0, 100));
        let slow = Scripted::new(vec![Step::DeliverAfter(Duration::from_secs(1)); 1_000]);
        let (rig, _) = Rig::start_with_spool(slow, lane(&disk, mode), 100_000, |_| {});
        rig.flush().await;
        assert_eq!(
            (rig.ledger.adopted.get(), rig.ledger.delivered.get()),
            (100, 100),
            "{mode:?}"
        );
        rig.assert_balanced();
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fails_stops_nothing_and_heals() {
    let (disk, recording) = (FakeDisk::default(), Recording::new());
    let spool = lane(&disk, SpoolMode::WriteAhead);
    let (rig, _) = Rig::start_with_spool(recording.clone(), spool, 100_000, |_| {});
    push_all(&rig, &numbers(0..100));
    rig.flush().await;
    disk.fail_next(u64::MAX / 2, FaultKind::Error);
    for round in 1..20 {
        push_all(&rig, &numbers(round * 100..(round + 1) * 100));
        rig.flush().await;
        rig.assert_balanced();
    }
    assert_eq!(recording.bodies().len(), 2_000);
    assert!(rig.seconds() < 30.0, "{}", rig.seconds());
    disk.set_fault(None);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = rig.ledger.spooled.get();
    push_all(&rig, &numbers(2_000..2_100));
    rig.flush().await;
    assert_eq!(rig.ledger.spooled.get(), before + 100, "the disk is used again");
    rig.assert_balanced();
    let mut all = recording.bodies();
    all.sort_unstable();
    assert_eq!(
        all,
        numbers(0..2_100),
        "nothing is missing, and nothing came twice"
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(
        rig.close_with_spool(Duration::from_secs(1)).await,
        crate::delivery::Left::default()
    );
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_that_holds_nothing_stops_nothing() {
    let (disk, recording) = (FakeDisk::default(), Recording::new());
    disk.set_room(Some(0));
    let spool = lane(&disk, SpoolMode::WriteAhead);
    let (rig, _) = Rig::start_with_spool(recording.clone(), spool, 100_000, |_| {});
    push_all(&rig, &numbers(0..1_000));
    rig.flush().await;
    assert_eq!(recording.bodies(), numbers(0..1_000));
    assert_eq!(rig.ledger.spooled.get(), 0);
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_receipt_hears_of_disk_and_far_end() {
    let disk = FakeDisk::default();
    let down = Scripted::new([]).connecting(vec![Err(error(ErrorKind::Connect)); 5]);
    let (rig, _) = Rig::start_with_spool(down.clone(), lane(&disk, SpoolMode::WriteAhead), 100, |_| {});
    let receipt = rig.push_tracked("tracked");
    assert!(matches!(receipt.stored().await, Fate::Pending(State::Stored)));
    assert!(receipt.fate().is_none());
    assert!(matches!(receipt.await, Fate::Delivered));
}

#[tokio::test(start_paused = true)]
async fn what_a_damaged_file_loses_is_counted_and_told() {
    let disk = FakeDisk::default();
    let down = Scripted::new([]).connecting(vec![Err(error(ErrorKind::Connect)); 1_000]);
    let (rig, _) = Rig::start_with_spool(down.clone(), lane(&disk, SpoolMode::WriteAhead), 10_000, |_| {});
    // More than the storage layer keeps in its cache.
    let large: Vec<String> = numbers(0..4_000)
        .iter()
        .map(|number| number.repeat(1_000))
        .collect();
    push_all(&rig, &large);
    let last = rig.push_tracked("last");
    assert!(matches!(last.stored().await, Fate::Pending(State::Stored)));
    disk.overwrite(b'#');
    down.heal();
    match last.await {
        Fate::Dropped(dropped) => assert_eq!(dropped.reason(), DropReason::Damaged),
        other => panic!("{other:?}"),
    }
    rig.flush().await;
    rig.assert_balanced();
    assert_eq!(rig.ledger.in_spool(), 0);
    assert!(rig.dropped(DropReason::Damaged) > 0);
    push_all(&rig, &["fresh".to_owned()]);
    rig.flush().await;
    assert_eq!(bodies(&down.taken()).last().unwrap(), "fresh");
    rig.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn overflow_begins_at_half_and_ends_when_the_disk_is_empty() {
    let (disk, down) = (
        FakeDisk::default(),
        Scripted::new([Step::Settle(Outcome::NotSent(error(ErrorKind::Busy)))]),
    );
    let (rig, _) = Rig::start_with_spool(
        down.clone(),
        lane(&disk, SpoolMode::Overflow),
        1_000,
        |settings| {
            settings.in_flight = 1;
            settings.is_ordered = true;
        },
    );
    push_all(&rig, &numbers(0..400));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(rig.ledger.spooled.get(), 0);
    rig.flush().await;
    down.extend([Step::Stall]);
    push_all(&rig, &numbers(400..1_000));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(rig.ledger.spooled.get(), 0, "what came before stays in memory");
    push_all(&rig, &numbers(1_000..1_300));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(rig.ledger.spooled.get(), 300);
    rig.flush().await;
    push_all(&rig, &numbers(1_300..1_400));
    rig.flush().await;
    assert_eq!(rig.ledger.spooled.get(), 300);
    assert_eq!(bodies(&down.taken()), numbers(0..1_400));
    rig.assert_balanced();
}
