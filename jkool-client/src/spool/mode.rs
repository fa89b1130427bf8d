//! Which events go through a spool.

/// Which events go through a [`Spool`](super::Spool).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpoolMode {
    /// What memory cannot hold, and what is left when the client is closed. The default.
    ///
    /// It begins when the queue is half full. From then on all new events go through the spool, behind those before
    /// them, until it is empty. While it is not needed it costs nothing.
    #[default]
    Overflow,
    /// Everything: an event is sent once it is [stored](crate::State::Stored), so that what a killed process leaves is
    /// sent by the next one.
    ///
    /// An event that was accepted is stored within some milliseconds on a healthy disk. To know when, send it with
    /// [`send_tracked`](crate::Client::send_tracked) and wait for [`State::Stored`](crate::State::Stored).
    WriteAhead,
}
