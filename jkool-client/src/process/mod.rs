//! What the process takes of its machine, as snapshots.

use std::time::{Duration, Instant};

use jkool_model::{Property, Snapshot, Timestamp, ValueType};
use sysinfo::{MemoryRefreshKind, Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::reporting::{Emit, Moment, Source};
use crate::{Client, ReportError, Schedule};

impl Client {
    /// Sends what the process takes of its machine, by a [`Schedule`] or simply each so many seconds, and once more when the
    /// client is closed, in four snapshots of the category `Process`. Names that TNT4J has for those of a Java machine
    /// are kept.
    ///
    /// ```no_run
    /// # use jkool_client::Client;
    /// # use std::time::Duration;
    /// let client = Client::from_env()?;
    /// let _guard = client.guard();
    /// client.report_process(Duration::from_secs(30))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// | snapshot | property | is |
    /// |---|---|---|
    /// | `CPU` | `TotalCpuUsec` | the time on the processors since the process started |
    /// | | `Usage` | the share of all processors since the last report, from 0 to 1; not in the first report |
    /// | | `Count` | the processors that the process may use |
    /// | | `SystemLoadAvg` | the machine's load of the last minute; not on Windows |
    /// | `Memory` | `UsedBytes` | what the process has in memory |
    /// | | `FreeBytes` | what is still to be had: on Linux, within the limit of the control group |
    /// | | `TotalBytes` | `UsedBytes` and `FreeBytes` |
    /// | | `MaxBytes` | the memory of the machine, or the limit of the control group |
    /// | | `Usage` | `UsedBytes` by `TotalBytes`, from 0 to 1 |
    /// | | `VirtualBytes` | the address space taken |
    /// | `Thread` | `Count` | the threads; on Linux only |
    /// | `Process` | `UptimeUsec` | how long it has run, to the second |
    /// | | `OpenFileCount` | open files and sockets; on Windows all handles |
    /// | | `MaxFileCount` | how many may be open |
    /// | | `ReadBytes`, `WrittenBytes` | read from and written to disks; on Windows other devices too |
    ///
    /// What the operating system does not tell is left out. A second call changes the schedule.
    ///
    /// # Errors
    ///
    /// The interval is zero, the client is closed, or the thread `jkool-metrics` cannot be started.
    pub fn report_process(&self, schedule: impl Into<Schedule>) -> Result<(), ReportError> {
        self.report(Some("process"), schedule.into(), Box::new(ThisProcess::new()))
    }
}

/// The process as the operating system sees it.
struct ThisProcess {
    system: System,
    pid: Pid,
    /// When the processor time was read last, and what it was.
    last: Option<(Instant, Duration)>,
}

impl ThisProcess {
    fn new() -> Self {
        Self {
            system: System::new(),
            pid: Pid::from_u32(std::process::id()),
            last: None,
        }
    }

    fn refresh(&mut self) {
        self.system
            .refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        let kind = ProcessRefreshKind::nothing()
            .with_cpu()
            .with_memory()
            .with_disk_usage()
            .with_tasks();
        self.system
            .refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), false, kind);
    }
}

impl Source for ThisProcess {
    fn report(&mut self, moment: Moment, emit: Emit<'_>) {
        // A flush asks for what is not told yet, and these readings can be taken at any time.
        if moment == Moment::Flush {
            return;
        }
        self.refresh();
        let Some(process) = self.system.process(self.pid) else {
            return;
        };
        let now = (
            Instant::now(),
            Duration::from_millis(process.accumulated_cpu_time()),
        );
        let time = Timestamp::now();
        let snapshots = [
            cpu(now, self.last),
            memory(process, &self.system),
            threads(process),
            whole(process),
        ];
        self.last = Some(now);
        for snapshot in snapshots {
            if !snapshot.get_properties().is_empty() {
                // What is not accepted is counted there, and outdated by the next report.
                emit(snapshot.category("Process").time(time));
            }
        }
    }
}

fn cpu(now: (Instant, Duration), last: Option<(Instant, Duration)>) -> Snapshot {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let total = i64::try_from(now.1.as_micros()).unwrap_or(i64::MAX);
    let mut snapshot = Snapshot::bare("CPU")
        .add_property(Property::new("TotalCpuUsec", total).value_type(ValueType::AGE_USEC))
        .add_property(gauge("Count", count as u64));
    if let Some(usage) = last.and_then(|last| cpu_usage(now, last, count)) {
        snapshot = snapshot.add_property(share("Usage", usage));
    }
    if !cfg!(windows) {
        let load = System::load_average().one;
        snapshot = snapshot.add_property(Property::new("SystemLoadAvg", load).value_type(ValueType::GAUGE));
    }
    snapshot
}

/// The share of all processors; `None` without a span of time.
fn cpu_usage(now: (Instant, Duration), last: (Instant, Duration), count: usize) -> Option<f64> {
    let wall = now.0.saturating_duration_since(last.0).as_secs_f64() * count as f64;
    let used = now.1.saturating_sub(last.1).as_secs_f64();
    // The clock of the processors ticks coarsely, so that a short span may seem to hold more than there is.
    (wall > 0.0).then(|| (used / wall).min(1.0))
}

fn memory(process: &Process, system: &System) -> Snapshot {
    let used = process.memory();
    let (max, free) = match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 && limits.total_memory < system.total_memory() => {
            (limits.total_memory, limits.free_memory)
        }
        _ => (system.total_memory(), system.available_memory()),
    };
    let total = used.saturating_add(free);
    let sizes = [
        ("MaxBytes", max),
        ("TotalBytes", total),
        ("FreeBytes", free),
        ("UsedBytes", used),
        ("VirtualBytes", process.virtual_memory()),
    ]
    .map(|(name, bytes)| size(name, bytes));
    let snapshot = Snapshot::bare("Memory").properties(sizes);
    match total {
        0 => snapshot,
        _ => snapshot.add_property(share("Usage", used as f64 / total as f64)),
    }
}

fn threads(process: &Process) -> Snapshot {
    // The tasks of a process are its threads but for the first, which is the process itself.
    let count = process.tasks().map(|tasks| {
        let others = tasks.iter().filter(|task| **task != process.pid()).count();
        gauge("Count", others as u64 + 1)
    });
    Snapshot::bare("Thread").properties(count)
}

fn whole(process: &Process) -> Snapshot {
    let uptime = i64::try_from(process.run_time())
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000);
    let disk = process.disk_usage();
    let files = [
        ("OpenFileCount", process.open_files()),
        ("MaxFileCount", process.open_files_limit()),
    ];
    Snapshot::bare("Process")
        .add_property(Property::new("UptimeUsec", uptime).value_type(ValueType::AGE_USEC))
        .properties(
            files
                .into_iter()
                .filter_map(|(name, count)| Some(gauge(name, count? as u64))),
        )
        .add_property(size("ReadBytes", disk.total_read_bytes))
        .add_property(size("WrittenBytes", disk.total_written_bytes))
}

fn gauge(name: &'static str, count: u64) -> Property {
    Property::new(name, count).value_type(ValueType::GAUGE)
}

fn size(name: &'static str, bytes: u64) -> Property {
    Property::new(name, bytes).value_type(ValueType::SIZE_BYTE)
}

fn share(name: &'static str, share: f64) -> Property {
    Property::new(name, share).value_type(ValueType::PERCENT)
}
