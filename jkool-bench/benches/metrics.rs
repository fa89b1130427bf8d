//! What an update of a metric costs its caller: by the bare facade, and with the recorder of the client.
//!
//! "By macro" looks the series up at each call, as programs write it; "by handle" keeps what the macro gave.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use jkool_client::transport::testing::Recording;
use jkool_client::{Client, Meter};
use metrics::{NoopRecorder, Recorder, counter, gauge, histogram, with_local_recorder};

const RUNS: usize = 2_000;
const CALLS: u64 = 1_000;

/// Nanoseconds of one call, the median of the runs.
fn cost(mut call: impl FnMut(u64)) -> f64 {
    let mut costs: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            (0..CALLS).for_each(|number| call(black_box(number)));
            start.elapsed().as_nanos() as f64 / CALLS as f64
        })
        .collect();
    costs.sort_by(f64::total_cmp);
    costs[RUNS / 2]
}

fn report(name: &str, recorder: &(dyn Recorder + Sync)) {
    with_local_recorder(recorder, || {
        let held = counter!("held");
        let of_times = histogram!("held");
        println!("  {name}");
        println!(
            "    counter by macro            {:6.1}",
            cost(|_| counter!("orders").increment(1))
        );
        println!(
            "    counter by macro, 2 labels  {:6.1}",
            cost(|_| counter!("labelled", "shop" => "Atlanta", "kind" => "online").increment(1))
        );
        println!(
            "    counter by handle           {:6.1}",
            cost(|_| held.increment(1))
        );
        println!(
            "    gauge by macro              {:6.1}",
            cost(|number| gauge!("heap").set(number as f64))
        );
        println!(
            "    histogram by macro          {:6.1}",
            cost(|number| histogram!("pay").record(number as f64))
        );
        println!(
            "    histogram by handle         {:6.1}",
            cost(|number| of_times.record(number as f64))
        );
    });
    println!("    counter by macro, 2 threads {:6.1}", two_threads(recorder));
}

/// Two threads count the same.
fn two_threads(recorder: &(dyn Recorder + Sync)) -> f64 {
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| {
            scope.spawn(|| {
                barrier.wait();
                with_local_recorder(recorder, || cost(|_| counter!("orders").increment(1)))
            })
        });
        let costs = threads.map(|thread| thread.join().expect("a thread that only counts"));
        costs.iter().sum::<f64>() / 2.0
    })
}

fn main() {
    let client = Client::builder()
        .transport(Recording::new())
        .build()
        .expect("a thread");
    let recorder = client.metrics().build().expect("a thread");
    for number in 0..1_000_u64 {
        // A program has more than one metric.
        with_local_recorder(&recorder, || {
            counter!("other", "number" => number.to_string()).increment(1)
        });
    }
    println!("nanoseconds on the caller, medians");
    report("bare facade", &NoopRecorder);
    report("jKool", &recorder);
    let meter = Meter::new("Checkout");
    println!("  by hand");
    println!(
        "    meter, count                {:6.1}",
        cost(|_| meter.count("orders", 1))
    );
    println!(
        "    meter, number               {:6.1}",
        cost(|number| meter.record("amount", number as f64))
    );
    client
        .close(Duration::from_secs(10))
        .expect("a recording takes everything");
}
