//! What a number is counted from.

/// What the numbers of counters and histograms are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Temporality {
    /// From the last report on: a sum over the snapshots of any span of time is right. What the queue refuses is told
    /// in the next report. Value type `absolute`.
    #[default]
    Delta,
    /// From the start on: a snapshot that gets lost loses nothing. Value type `counter`.
    Cumulative,
}
