//! The parts of `jkool stream`, in the order in which a line meets them.

mod input;
mod line_reader;

mod line_maker;

mod feed;
mod tally;

mod complaints;
mod disk_vigil;
mod progress;
mod summary;
mod vigil;
mod watch;

pub(crate) use complaints::Complaints;
pub(crate) use feed::{Feed, LOOK, QUEUED_BYTES, QUEUED_EVENTS};
pub(crate) use input::Input;
pub(crate) use line_maker::LineMaker;
pub(crate) use progress::Progress;
pub(crate) use summary::Summary;
pub(crate) use tally::Tally;
pub(crate) use vigil::{Advice, Vigil};
pub(crate) use watch::{End, Watch};
