//! What the spool promises, tried on disks that forget and fail.

mod crash;
mod fake_disk;
mod faults;
mod flips;
mod handle;
mod model;
mod oracle;
mod processes;
