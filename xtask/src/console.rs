//! Everything xtask prints: one headline per step, findings, and how to run a failed step again.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is this file's purpose"
)]

use std::fmt::Display;
use std::time::Duration;

/// Says which step begins.
pub(crate) fn headline(name: &str, about: &str) {
    println!("==> {name}: {about}");
}

/// Says that a step passed, and how long it took.
pub(crate) fn passed(name: &str, took: Duration) {
    println!("    {name} passed in {}", seconds(took));
}

/// Says something worth knowing that is no failure.
pub(crate) fn note(text: impl Display) {
    println!("    {text}");
}

/// Says something that must not be overlooked.
pub(crate) fn warn(text: impl Display) {
    eprintln!("warning: {text}");
}

/// Passes on a line of another program's output as it is.
pub(crate) fn pass_on(line: impl Display) {
    println!("{line}");
}

/// Lists what a check found, one line each.
pub(crate) fn findings<T: Display>(findings: &[T]) {
    for finding in findings {
        eprintln!("{finding}");
    }
}

/// Says why xtask failed: the outermost message first, each cause on a line of its own.
pub(crate) fn failure(error: &anyhow::Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// `12.3 s`.
pub(crate) fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
