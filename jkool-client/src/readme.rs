//! The README's programs, compiled as they stand.

#[doc = include_str!("../../README.md")]
struct Readme;
