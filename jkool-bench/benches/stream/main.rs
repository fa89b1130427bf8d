//! `jkool stream`, a whole process, next to bare loops over the same libraries, in one run.
//!
//! Over HTTP the far end is a minimal server in a process of its own; over MQTT it is mosquitto without a subscriber.
//! `cargo bench --bench stream` builds the command, prints the best of some rounds taken in turn, and fails if the
//! command is below its goals. The bare loops send events that lie ready in memory, while the command starts, reads,
//! gives each line an identity and a time, and writes the JSON; its figures are by the clock on the wall. The machine
//! must be otherwise idle for them to mean anything.

mod bare;
mod command;
mod http_server;
mod lines;
mod mosquitto;

use std::error::Error;
use std::process::ExitCode;

use command::{Jkool, Run};
use http_server::Server;
use lines::Lines;
use mosquitto::Mosquitto;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const ROUNDS: usize = 5;
const IN_FLIGHT: usize = 32;

/// The least share of the bare loop.
const LEAST_SHARE: f64 = 0.85;
/// The least of what goes through in NDJSON, in events per second.
const LEAST_NDJSON: f64 = 1e6;
/// The most memory that may ever be resident.
const MOST_RESIDENT_MIB: f64 = 20.0;

fn main() -> Outcome<ExitCode> {
    if let Some(port_file) = std::env::var_os(http_server::ROLE) {
        return http_server::serve(port_file.as_ref());
    }
    let jkool = Jkool::build()?;
    let mut report = Report::default();
    // With an argument, such as `cargo bench --bench stream -- mqtt`, one of them.
    let wanted = |name| {
        std::env::args()
            .skip(1)
            .all(|word| word.starts_with('-') || word == name)
    };
    if wanted("http") {
        http(&jkool, &mut report)?;
    }
    if wanted("mqtt") {
        mqtt(&jkool, &mut report)?;
    }
    Ok(report.verdict())
}

fn http(jkool: &Jkool, report: &mut Report) -> Outcome<()> {
    let server = Server::start()?;
    let url = server.url();
    let to_server = ["--https", "any-token", "--url", &url];

    let lines = Lines::write(100_000)?;
    let single = ["--in-flight", &IN_FLIGHT.to_string()];
    let bodies = lines.bodies();
    let (mut bare, mut ours) = (0.0_f64, Run::default());
    for _ in 0..ROUNDS {
        bare = bare.max(bare::http(&url, &bodies, IN_FLIGHT)?);
        ours.keep_best(jkool.stream(&lines, &[&to_server[..], &single].concat())?);
    }
    report.line(
        "HTTP, single, 32 in flight",
        Some(bare),
        &ours,
        LEAST_SHARE * bare,
    );

    let lines = Lines::write(2_000_000)?;
    let mut ours = Run::default();
    for _ in 0..ROUNDS {
        ours.keep_best(jkool.stream(&lines, &[&to_server[..], &["--framing", "ndjson"]].concat())?);
    }
    report.line("HTTP, NDJSON", None, &ours, LEAST_NDJSON);
    Ok(())
}

fn mqtt(jkool: &Jkool, report: &mut Report) -> Outcome<()> {
    let mosquitto = Mosquitto::start()?;
    let url = format!("mqtt://127.0.0.1:{}", mosquitto.port);
    for (quality, count) in [(0, 500_000), (1, 300_000)] {
        let lines = Lines::write(count)?;
        let bodies = lines.bodies();
        let level = quality.to_string();
        let (mut bare, mut ours) = (0.0_f64, Run::default());
        for _ in 0..ROUNDS {
            bare = bare.max(bare::mqtt(mosquitto.port, quality, &bodies)?);
            ours.keep_best(jkool.stream(&lines, &["--url", &url, "--qos", &level])?);
        }
        report.line(
            &format!("MQTT, QoS {quality}"),
            Some(bare),
            &ours,
            LEAST_SHARE * bare,
        );
    }
    Ok(())
}

/// Prints as it goes, and remembers whether all goals were met.
#[derive(Default)]
struct Report {
    missed: Vec<String>,
    has_header: bool,
}

impl Report {
    fn line(&mut self, name: &str, bare: Option<f64>, ours: &Run, goal: f64) {
        if !std::mem::replace(&mut self.has_header, true) {
            println!(
                "{:<28} {:>11} {:>11} {:>6} {:>10} {:>9}",
                "events per second", "bare loop", "jkool", "share", "CPU µs/ev", "peak MiB"
            );
        }
        let share = bare.map_or(String::new(), |bare| {
            format!("{:.0}%", 100.0 * ours.per_second / bare)
        });
        println!(
            "{name:<28} {:>11} {:>11.0} {share:>6} {:>10.2} {:>9.1}",
            bare.map_or(String::new(), |bare| format!("{bare:.0}")),
            ours.per_second,
            ours.cpu_micros,
            ours.resident_mib,
        );
        if ours.per_second < goal {
            self.missed.push(format!("{name}: less than {goal:.0}/s"));
        }
        if ours.resident_mib > MOST_RESIDENT_MIB {
            self.missed
                .push(format!("{name}: more than {MOST_RESIDENT_MIB} MiB"));
        }
    }

    fn verdict(&self) -> ExitCode {
        for missed in &self.missed {
            println!("missed: {missed}");
        }
        if self.missed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
