//! What an event of `tracing` costs the thread that logs it: the layer of `jkool-client` next to its peers.
//!
//! Every contestant runs in a process of its own, as the subscriber of the whole process, and delivers into memory that
//! keeps nothing: what is compared is the way from `info!` to the bytes, not networks. The event is
//! `info!(order_id, amount, user, "order processed successfully")`.

mod allocations;
mod contestant;
mod measure;
mod sink;

use std::process::Command;

use contestant::Contestant;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    if let [name, phase] = arguments.as_slice() {
        println!("{}", measure::run(Contestant::named(name), phase));
        return;
    }
    println!(
        "| nothing dropped, except when flooded | hot, 1 thread | 2 threads | all threads | paced p50 | p99 | p99.9 | allocations | dropped when flooded |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for contestant in Contestant::ALL {
        let costs: Vec<String> = ["hot1", "hot2", "paced", "flood"]
            .map(|phase| child(&contestant.name(), phase))
            .into();
        println!("| {} | {} |", contestant.title(), costs.join(" | "));
    }
    println!();
    println!(
        "Nanoseconds per event. Hot: CPU time of the logging thread, runs of {} events; all threads: CPU time of the \
         process. Paced: one event each 50 µs, the clock's own {} ns included.",
        measure::RUN,
        measure::clock_cost()
    );
}

fn child(name: &str, phase: &str) -> String {
    let output = Command::new(std::env::current_exe().expect("this program has a file"))
        .args([name, phase])
        .output()
        .expect("this program starts again");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
