//! The file that keeps dead letters, and the thread that writes it.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jkool_model::Timestamp;
use serde_json::Value;

use crate::DeadLetter;
use crate::ledger::Ledger;
use crate::silence::silence_this_thread;

/// How many bytes may wait to be written. A disk that is slower loses dead letters, not time.
const MAX_WAITING_BYTES: usize = 1 << 20;

/// Writes dead letters on a thread of its own, since a disk can take seconds.
#[derive(Debug)]
pub(crate) struct DeadLetterFile {
    desk: Arc<Desk>,
}

/// What passes between the worker and the writing thread.
#[derive(Debug, Default)]
struct Desk {
    tray: Mutex<Tray>,
    /// Rings for the thread.
    bell: Condvar,
    /// Rings when everything is written.
    cleared: Condvar,
}

#[derive(Debug, Default)]
struct Tray {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    is_writing: bool,
    is_closed: bool,
}

impl DeadLetterFile {
    /// Opens the file, which is made if it is missing, and starts the thread.
    pub(crate) fn open(path: &Path, max_bytes: u64, ledger: &Arc<Ledger>) -> io::Result<Self> {
        // Better now than when the first dead letter comes.
        drop(open(path)?);
        let desk = Arc::new(Desk::default());
        let writer = Writer {
            desk: Arc::clone(&desk),
            path: path.to_owned(),
            max_bytes,
            ledger: Arc::clone(ledger),
        };
        std::thread::Builder::new()
            .name("jkool-dead-letters".to_owned())
            .spawn(move || {
                silence_this_thread();
                writer.run();
            })?;
        Ok(Self { desk })
    }

    /// Leaves a dead letter to be written. Never waits.
    pub(crate) fn put(&self, letter: &DeadLetter, ledger: &Ledger) {
        let line = line(letter);
        let mut tray = self.desk.lock();
        if tray.bytes + line.len() > MAX_WAITING_BYTES && !tray.lines.is_empty() {
            ledger.dead_letters_unwritten.add_one();
            return;
        }
        tray.bytes += line.len();
        tray.lines.push_back(line);
        drop(tray);
        self.desk.bell.notify_one();
    }

    /// Waits until everything is written, but no longer than so long.
    pub(crate) fn finish(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut tray = self.desk.lock();
        while !tray.lines.is_empty() || tray.is_writing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            tray = self
                .desk
                .cleared
                .wait_timeout(tray, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Drop for DeadLetterFile {
    fn drop(&mut self) {
        self.desk.lock().is_closed = true;
        self.desk.bell.notify_one();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lines to write next; `None` at the end.
    fn wait(&self) -> Option<VecDeque<Vec<u8>>> {
        let mut tray = self.lock();
        tray.is_writing = false;
        loop {
            if !tray.lines.is_empty() {
                tray.is_writing = true;
                tray.bytes = 0;
                return Some(std::mem::take(&mut tray.lines));
            }
            self.cleared.notify_all();
            if tray.is_closed {
                return None;
            }
            tray = self.bell.wait(tray).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

struct Writer {
    desk: Arc<Desk>,
    path: PathBuf,
    max_bytes: u64,
    ledger: Arc<Ledger>,
}

impl Writer {
    fn run(&self) {
        while let Some(lines) = self.desk.wait() {
            let mut open = open(&self.path);
            for line in lines {
                let written = match &mut open {
                    Ok((file, len)) => append(file, len, &line, self.max_bytes),
                    Err(_) => Err(io::ErrorKind::NotFound.into()),
                };
                match written {
                    Ok(()) => self.ledger.dead_letters_written.add_one(),
                    Err(_) => self.ledger.dead_letters_unwritten.add_one(),
                }
            }
        }
    }
}

/// Opened for each group of lines, so that the file can be moved away at any time.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    // What was refused may be private.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let len = file.metadata()?.len();
    Ok((file, len))
}

fn append(file: &mut File, len: &mut u64, line: &[u8], max_bytes: u64) -> io::Result<()> {
    let end = len.saturating_add(line.len() as u64);
    if end > max_bytes {
        return Err(io::ErrorKind::StorageFull.into());
    }
    let written = file.write_all(line);
    match &written {
        Ok(()) => *len = end,
        // Half a line would spoil the next one.
        Err(_) => file.set_len(*len)?,
    }
    written
}

fn line(letter: &DeadLetter) -> Vec<u8> {
    let mut head = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        head,
        r#"{{"time-usec":{},"kind":{},"channel":{},"reason":{},"body":"#,
        Timestamp::now(),
        Value::from(letter.kind().to_string()),
        Value::from(letter.channel()),
        Value::from(letter.refusal().to_string()),
    );
    let mut line = head.into_bytes();
    line.extend_from_slice(letter.body());
    line.extend_from_slice(b"}\n");
    line
}
