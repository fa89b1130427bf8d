//! What the commands do, one file each.

mod check;
mod completions;
mod demo;
mod demo_story;
mod fqn;
mod man;
mod send;
mod serve;
mod serve_mqtt;
pub(crate) mod signals;
mod spool;
mod stream;

pub(crate) use check::check;
pub(crate) use completions::completions;
pub(crate) use demo::demo;
pub(crate) use fqn::fqn;
pub(crate) use man::man;
pub(crate) use send::{send, send_unless_slip};
pub(crate) use serve::serve;
pub(crate) use spool::spool;
pub(crate) use stream::stream;
