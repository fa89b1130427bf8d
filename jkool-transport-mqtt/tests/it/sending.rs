//! Sending from a test, and looking at the outcomes.

use std::time::{Duration, Instant};

use bytes::Bytes;
use jkool_model::EntityKind;
use jkool_transport::{Batch, Outcome, Record, Report, Transport, TransportError};
use tokio::time::timeout;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn record(channel: &str, body: &str) -> Record {
    Record::new(
        EntityKind::Event,
        channel,
        Bytes::copy_from_slice(body.as_bytes()),
    )
}

/// So many records of the channel `test`, with bodies that differ.
pub(crate) fn numbered(count: usize) -> Vec<Record> {
    (0..count)
        .map(|number| record("test", &format!("{{\"msg-text\":\"{number}\"}}")))
        .collect()
}

/// Sends one batch: what `send` returned, and the outcomes in the order of the records.
pub(crate) async fn send(
    link: &dyn Transport,
    records: impl IntoIterator<Item = Record>,
) -> (Result<(), TransportError>, Vec<Outcome>) {
    let batch: Batch = records.into_iter().collect();
    let (report, settlements) = Report::new(batch.len());
    let result = timeout(PATIENCE, link.send(batch, report))
        .await
        .expect("send hangs");
    let mut settled = settlements.finish(Some(result.clone()));
    settled.sort_by_key(|one| one.index);
    (result, settled.into_iter().map(|one| one.outcome).collect())
}

/// One letter for each outcome: delivered, handed, not sent, unknown, refused.
pub(crate) fn letters(outcomes: &[Outcome]) -> String {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Delivered => 'd',
            Outcome::Handed => 'h',
            Outcome::NotSent(_) => 'n',
            Outcome::Unknown(_) => 'u',
            Outcome::Refused(_) => 'r',
            other => panic!("a new outcome: {other:?}"),
        })
        .collect()
}

pub(crate) async fn close(link: &dyn Transport) -> Result<(), TransportError> {
    timeout(PATIENCE, link.close(Instant::now() + PATIENCE))
        .await
        .expect("close hangs")
}
