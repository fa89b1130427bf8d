//! Real files and real processes: slots, kills, limits of the system, memory.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::oracle::{number, record};
use crate::spool::disk::Disk;
use crate::spool::error::SpoolError;
use crate::spool::handle::SpoolHandle;
use crate::spool::options::SpoolOptions;
use crate::spool::record::{SpoolRecord, Spooled};
use crate::spool::slots::{SLOTS, Slot};
use crate::spool::status::SpoolStatus;

const LONG: Duration = Duration::from_secs(30);
const ROLE: &str = "JKOOL_SPOOL_TEST_ROLE";
const DIR: &str = "JKOOL_SPOOL_TEST_DIR";

fn open(dir: &Path) -> SpoolHandle {
    SpoolHandle::open(dir, SpoolOptions::new()).unwrap()
}

fn append(spool: &SpoolHandle, records: Vec<SpoolRecord>) -> bool {
    let (tell, told) = mpsc::channel();
    let appended = spool.append(records, move |outcome| tell.send(outcome.is_ok()).unwrap());
    appended.is_ok() && told.recv_timeout(LONG).unwrap()
}

fn next(spool: &SpoolHandle, max_records: usize) -> Vec<Spooled> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let batch = spool.next_batch(max_records, 1 << 20);
    runtime.block_on(async { tokio::time::timeout(LONG, batch).await.unwrap().unwrap() })
}

/// All records of a spool that nobody writes to any more.
fn drain(spool: &SpoolHandle) -> Vec<u64> {
    let mut numbers = Vec::new();
    let total = spool.stats().records;
    while (numbers.len() as u64) < total {
        let batch = next(spool, 1_000);
        numbers.extend(batch.iter().map(|spooled| number(&spooled.record)));
        spool.remove(batch.iter().map(|spooled| spooled.id));
    }
    numbers
}

/// This test binary once more, as a process that plays a role on `dir`.
fn play(role: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "spool::tests::processes::a_role_in_a_process_of_its_own",
            "--nocapture",
            "--ignored",
        ])
        .env(ROLE, role)
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Lines a child wrote that begin with `stored`.
fn stored_lines(child: &mut Child) -> impl Iterator<Item = u64> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    lines.filter_map(|line| {
        line.rsplit_once("stored ")
            .and_then(|(_, number)| number.parse().ok())
    })
}

#[test]
#[ignore = "not a test: the other tests start it as a process"]
fn a_role_in_a_process_of_its_own() {
    let (Ok(role), Ok(dir)) = (std::env::var(ROLE), std::env::var(DIR)) else {
        return;
    };
    let dir = Path::new(&dir);
    match role.as_str() {
        "append until killed" => {
            let spool = open(dir);
            for first in (0..).step_by(10) {
                assert!(append(&spool, (first..first + 10).map(record).collect()));
                println!("stored {}", first + 9);
            }
        }
        "append until full" => {
            let spool = open(dir);
            let mut first = 0;
            while append(&spool, (first..first + 10).map(record).collect()) {
                println!("stored {}", first + 9);
                first += 10;
                assert!(first < 1_000_000, "the limit is not felt");
            }
            let spare = next(&spool, 5);
            assert_eq!(spare.len(), 5, "a full spool still hands out");
            assert!(matches!(spool.stats().state, crate::spool::SpoolState::Full));
        }
        "fill" => {
            let spool = open(dir);
            let body = bytes::Bytes::from(vec![b'x'; 1_000]);
            for _ in 0..32 {
                let records = vec![SpoolRecord::new(0, "orders", body.clone()); 4_096];
                assert!(append(&spool, records));
            }
            assert!(spool.close(LONG).all_stored());
        }
        "drain and measure" => {
            let before = resident_kib("VmRSS");
            let spool = open(dir);
            let total = spool.stats().records;
            let mut seen = 0;
            while seen < total {
                let batch = next(&spool, 1_000);
                seen += batch.len() as u64;
                spool.remove(batch.iter().map(|spooled| spooled.id));
            }
            println!("stored {}", resident_kib("VmHWM") - before);
        }
        other => panic!("no such role: {other}"),
    }
}

fn resident_kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn what_was_stored_survives_kill_9() {
    let mut random = fastrand::Rng::with_seed(9);
    for round in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let mut child = play("append until killed", dir.path()).spawn().unwrap();
        let mut last = 0;
        let lines = random.usize(1..60);
        let mut stored = stored_lines(&mut child);
        for number in stored.by_ref().take(lines) {
            last = number;
        }
        child.kill().unwrap();
        last = stored.last().unwrap_or(last);
        child.wait().unwrap();
        assert!(last > 0, "the child stored nothing");

        let status = SpoolStatus::read(dir.path()).unwrap();
        assert!(status.records() > last, "{status:?}");
        assert!(!status.slots[0].in_use);
        let numbers = drain(&open(dir.path()));
        assert!(
            numbers.iter().copied().eq(0..numbers.len() as u64),
            "round {round}: {numbers:?}"
        );
        assert!(
            numbers.len() as u64 > last,
            "round {round}: {} of {} are there",
            numbers.len(),
            last + 1
        );
    }
}

#[test]
fn processes_that_write_to_one_directory_at_once_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut children: Vec<_> = (0..4)
        .map(|_| play("append until killed", dir.path()).spawn().unwrap())
        .collect();
    let mut outputs: Vec<_> = children.iter_mut().map(stored_lines).collect();
    for output in &mut outputs {
        assert!(output.nth(20).is_some());
    }
    let status = SpoolStatus::read(dir.path()).unwrap();
    assert_eq!(
        status.slots.iter().filter(|slot| slot.in_use).count(),
        4,
        "{status:?}"
    );
    for child in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut promised: Vec<u64> = outputs
        .into_iter()
        .map(|output| output.last().unwrap_or(0))
        .collect();
    promised.sort_unstable();

    let spools: Vec<_> = (0..4).map(|_| open(dir.path())).collect();
    let mut found: Vec<u64> = Vec::new();
    for spool in &spools {
        let numbers = drain(spool);
        assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "{numbers:?}");
        found.push(numbers.len() as u64);
    }
    found.sort_unstable();
    assert!(
        found
            .iter()
            .zip(&promised)
            .all(|(found, promised)| found > promised),
        "{found:?} of {promised:?}"
    );
}

#[test]
fn handles_on_one_directory_have_slots_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (open(dir.path()), open(dir.path()));
    assert!(append(&a, vec![record(1)]) && append(&b, vec![record(2)]));
    let status = SpoolStatus::read(dir.path()).unwrap();
    assert_eq!(status.slots.len(), 2);
    assert!(
        status
            .slots
            .iter()
            .all(|slot| slot.in_use && slot.records == Some(1) && slot.file_bytes > 0)
    );
    assert_eq!(drain(&a), [1]);
    assert_eq!(drain(&b), [2]);
}

#[test]
fn leavings_are_adopted_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    {
        let spools: Vec<_> = (0..3).map(|_| open(dir.path())).collect();
        for (number, spool) in (0..).zip(&spools) {
            assert!(append(spool, vec![record(number)]));
        }
        assert!(spools.iter().all(|spool| spool.close(LONG).finished));
    }
    let options = SpoolOptions::new().adopt_every(Duration::from_millis(5));
    let spool = SpoolHandle::open(dir.path(), options).unwrap();
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let batch = next(&spool, 10);
        numbers.extend(batch.iter().map(|spooled| number(&spooled.record)));
        spool.remove(batch.iter().map(|spooled| spooled.id));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2]);
    assert!(spool.close(LONG).finished);
    assert_eq!(SpoolStatus::read(dir.path()).unwrap().records(), 0);
}

#[test]
fn a_directory_with_all_slots_taken_is_busy() {
    let dir = tempfile::tempdir().unwrap();
    let slots: Vec<_> = (0..SLOTS)
        .map(|_| Slot::acquire(dir.path(), LONG).unwrap())
        .collect();
    let start = Instant::now();
    let error = Slot::acquire(dir.path(), Duration::from_millis(100)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(matches!(error, SpoolError::Busy { slots: 16, .. }), "{error}");
    let waiter = {
        let dir = dir.path().to_owned();
        std::thread::spawn(move || Slot::acquire(&dir, LONG).is_ok())
    };
    drop(slots);
    assert!(waiter.join().unwrap(), "a slot that becomes free is taken");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_spool() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("a/b/spool");
    let spool = open(&dir);
    assert!(append(&spool, vec![record(1)]));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_file_beyond_use_is_set_aside_and_shown() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("00.redb"), b"not a spool").unwrap();
    fs::write(dir.path().join("00.redb.0.corrupt"), b"an earlier one").unwrap();
    let spool = open(dir.path());
    assert!(append(&spool, vec![record(1)]));
    let stats = spool.stats();
    assert_eq!(stats.corrupt_files, 1);
    assert_eq!(stats.last_corrupt.unwrap(), dir.path().join("00.redb.1.corrupt"));
    let status = SpoolStatus::read(dir.path()).unwrap();
    assert_eq!(status.corrupt_files.len(), 2);
    assert_eq!(status.corrupt_files[1].file_bytes, 11);
    assert_eq!(
        fs::read(dir.path().join("00.redb.1.corrupt")).unwrap(),
        b"not a spool"
    );
}

#[test]
fn looking_does_not_disturb_the_owner() {
    let dir = tempfile::tempdir().unwrap();
    let spool = open(dir.path());
    let mut counted = 0;
    for round in 0..100 {
        assert!(append(&spool, vec![record(round)]));
        let status = SpoolStatus::read(dir.path()).unwrap();
        assert!(status.slots[0].in_use);
        counted += u64::from(status.slots[0].records == Some(round + 1));
    }
    assert_eq!(counted, 100, "nobody writes meanwhile, so the count is exact");
    assert_eq!(drain(&spool).len(), 100);
}

#[test]
fn a_directory_that_is_not_there_is_an_error_to_look_at() {
    let error = SpoolStatus::read("/nowhere/at/all").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the spool directory /nowhere/at/all"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_slot_deletes_and_sets_aside_its_own_file() {
    let dir = tempfile::tempdir().unwrap();
    let slot = Slot::acquire(dir.path(), LONG).unwrap();
    assert!(!slot.has_data());
    slot.delete().unwrap();
    drop(slot.open().unwrap());
    assert!(!slot.has_data(), "an empty file is no data");
    assert!(slot.set_aside().unwrap().ends_with("00.redb.0.corrupt"));
}

/// The disk is full for real: the system refuses to let files grow.
#[cfg(unix)]
#[test]
fn a_full_disk_is_felt_and_survived() {
    let dir = tempfile::tempdir().unwrap();
    let child = play("append until full", dir.path());
    // 2,048 blocks of 512 bytes (POSIX) or 1,024 bytes (bash). Ignoring the signal makes the system return an error.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""])
        .arg(child.get_program());
    limited.args(child.get_args());
    for (key, value) in child.get_envs() {
        limited.env(key, value.unwrap());
    }
    let mut limited = limited
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let last = stored_lines(&mut limited).last().unwrap();
    assert!(limited.wait().unwrap().success());
    assert!(last > 100, "only {last} records fit");
    let numbers = drain(&open(dir.path()));
    assert!(numbers.len() as u64 > last);
}

/// A backlog of 128 MiB must not come back into memory.
#[cfg(target_os = "linux")]
#[test]
fn a_large_spool_is_drained_in_little_memory() {
    let dir = tempfile::tempdir().unwrap();
    assert!(play("fill", dir.path()).status().unwrap().success());
    let bytes = fs::metadata(dir.path().join("00.redb")).unwrap().len();
    assert!(bytes >= 128 * 1024 * 1024, "{bytes}");
    let mut child = play("drain and measure", dir.path()).spawn().unwrap();
    let grown_kib = stored_lines(&mut child)
        .last()
        .expect("the child did not get through");
    assert!(child.wait().unwrap().success());
    assert!(
        grown_kib < 32 * 1024,
        "draining {bytes} bytes took {grown_kib} KiB of memory"
    );
}
