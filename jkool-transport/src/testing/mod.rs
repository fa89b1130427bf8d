//! Transports for tests, and the conformance suite that every transport passes.
//!
//! [`Recording`] delivers everything and keeps it; [`Scripted`] fails as it is told; [`conformance`] runs the suite
//! against a real [`FarEnd`].

mod conformance;
mod far_end;
mod recording;
mod scripted;

pub use conformance::conformance;
pub use far_end::FarEnd;
pub use recording::Recording;
pub use scripted::{Scripted, Step};
