//! The queue of jkool-client, its threads in all orders with up to three preemptions, which are switches away from a
//! thread that could go on: loom tries them. A wake-up that can be missed is a deadlock, and loom finds it.
//!
//! The files of the queue are the client's own; only what its threads meet at is loom's.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a model fails by a panic, and says how far it is"
)]

mod model;
#[path = "../../src/queue/mod.rs"]
#[expect(dead_code, reason = "the client uses more of it than the models do")]
mod queue;
mod receipt_cell;
mod sync;

fn main() {
    for (name, model) in model::ALL {
        // More of them take minutes and find the same.
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(3);
        builder.check(model);
        println!("{name}: holds in every order tried");
    }
}
