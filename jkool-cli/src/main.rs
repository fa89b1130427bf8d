//! jkool-cli.
fn main() {}
