//! What the benchmarks in `benches/` have in common. Run them with `cargo bench` in this folder, or one of them with
//! `cargo xtask bench NAME`.

mod count;
mod placed_order;
mod sink;

pub use count::Count;
pub use placed_order::placed_order;
pub use sink::Sink;
