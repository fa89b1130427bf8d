//! The command under test, built and run.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::lines::Lines;

pub(crate) struct Jkool {
    program: PathBuf,
}

/// How a run went.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) per_second: f64,
    /// User and system time for each event.
    pub(crate) cpu_micros: f64,
    /// The most memory that was ever resident; 0 where the system does not tell.
    pub(crate) resident_mib: f64,
}

impl Run {
    /// Keeps the better speed, and the worse memory.
    pub(crate) fn keep_best(&mut self, other: Self) {
        let resident_mib = self.resident_mib.max(other.resident_mib);
        if other.per_second > self.per_second {
            *self = other;
        }
        self.resident_mib = resident_mib;
    }
}

impl Jkool {
    /// Builds the command of this workspace.
    pub(crate) fn build() -> Outcome<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let status = Command::new(env!("CARGO"))
            .args(["build", "--release", "--package", "jkool-cli", "--quiet"])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(&root)
            .status()?;
        if !status.success() {
            return Err("the command does not build".into());
        }
        let name = format!("jkool{}", std::env::consts::EXE_SUFFIX);
        Ok(Self {
            program: target.join("release").join(name),
        })
    }

    /// Streams the lines, and makes sure that all were delivered.
    pub(crate) fn stream(&self, lines: &Lines, arguments: &[&str]) -> Outcome<Run> {
        let begun = Instant::now();
        let child = Command::new(&self.program)
            .args(["stream", "--json"])
            .arg(lines.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let watching = Watching::of(child.id());
        let output = child.wait_with_output()?;
        let elapsed = begun.elapsed();
        let usage = watching.end();
        let (status, result) = (output.status, String::from_utf8_lossy(&output.stdout));
        let count = lines.count;
        let delivered = [format!("\"delivered\":{count},"), format!("\"handed\":{count},")]
            .map(|part| result.contains(&part));
        if !status.success() || !delivered.contains(&true) {
            return Err(format!("not all was delivered: {status}: {result}").into());
        }
        Ok(Run {
            per_second: count as f64 / elapsed.as_secs_f64(),
            cpu_micros: usage.cpu_seconds * 1e6 / count as f64,
            resident_mib: usage.resident_mib,
        })
    }
}

/// Looks at a process from time to time, but seldom enough not to slow it down.
struct Watching {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Usage>,
}

impl Watching {
    fn of(process: u32) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut usage = Usage::default();
            while !over.load(Ordering::Relaxed) {
                usage.look(process);
                std::thread::sleep(Duration::from_millis(20)); // poll: until the command has ended
            }
            usage
        });
        Self { is_over, thread }
    }

    fn end(self) -> Usage {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// What a process has used, as Linux tells.
#[derive(Default)]
struct Usage {
    cpu_seconds: f64,
    resident_mib: f64,
}

impl Usage {
    fn look(&mut self, process: u32) {
        let read = |name| std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
        let peak = read("status").lines().find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .parse::<f64>()
                .ok()
        });
        if let Some(peak) = peak {
            self.resident_mib = self.resident_mib.max(peak / 1024.0);
        }
        // The fields 14 and 15, behind the name in parentheses, in ticks of 10 ms.
        let stat = read("stat");
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map_or("", |(_, rest)| rest)
            .split_whitespace()
            .collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
            self.cpu_seconds = self.cpu_seconds.max((user + system) / 100.0);
        }
    }
}
