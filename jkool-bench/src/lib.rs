//! Nothing but benchmarks: see `benches/`, and run `cargo bench` in this folder.
