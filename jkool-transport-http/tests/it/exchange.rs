//! Sending from a test: records, batches, outcomes.

use std::time::Duration;

use bytes::Bytes;
use jkool_model::EntityKind;
use jkool_transport::{Batch, Connect, Outcome, Record, Report, Transport, TransportError};
use jkool_transport_http::{Http, HttpBuilder};

pub(crate) const TOKEN: &str = "canary-4711-token";

/// How long anything may take. Only a hang is that slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A builder for this URL, with time-outs that no healthy test meets.
pub(crate) fn http(url: &str) -> HttpBuilder {
    Http::builder(TOKEN)
        .url(url)
        .no_proxy()
        .connect_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(20))
}

pub(crate) async fn connect(builder: HttpBuilder) -> Box<dyn Transport> {
    builder.build().unwrap().connect().await.unwrap()
}

pub(crate) fn event(text: &str) -> Record {
    record(EntityKind::Event, text)
}

pub(crate) fn record(kind: EntityKind, text: &str) -> Record {
    Record::new(kind, "test", Bytes::from(body(text)))
}

pub(crate) fn body(text: &str) -> String {
    format!(r#"{{"type":"EVENT","msg-text":"{text}"}}"#)
}

/// Sends a batch: what `send` returned, and the outcomes in the order of the records.
pub(crate) async fn send(
    link: &dyn Transport,
    records: impl IntoIterator<Item = Record>,
) -> (Result<(), TransportError>, Vec<Outcome>) {
    let batch: Batch = records.into_iter().collect();
    let (report, settlements) = Report::new(batch.len());
    let result = tokio::time::timeout(PATIENCE, link.send(batch, report))
        .await
        .expect("send hangs");
    let mut settled = settlements.finish(Some(result.clone()));
    settled.sort_by_key(|one| one.index);
    (result, settled.into_iter().map(|one| one.outcome).collect())
}

/// Sends one event over a new transport.
pub(crate) async fn send_one(builder: HttpBuilder) -> Outcome {
    let link = connect(builder).await;
    let (_, mut outcomes) = send(&*link, [event("one")]).await;
    outcomes.remove(0)
}

/// The error of a record that was not sent, or is in doubt; whether it certainly was not sent.
pub(crate) fn failed(outcome: Outcome) -> (TransportError, bool) {
    match outcome {
        Outcome::NotSent(error) => (error, true),
        Outcome::Unknown(error) => (error, false),
        other => panic!("not failed: {other:?}"),
    }
}

/// `Delivered`, `Refused`, `NotSent` or `Unknown`.
pub(crate) fn names(outcomes: &[Outcome]) -> Vec<&'static str> {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Delivered => "Delivered",
            Outcome::Refused(_) => "Refused",
            Outcome::NotSent(_) => "NotSent",
            Outcome::Unknown(_) => "Unknown",
            _ => "other",
        })
        .collect()
}

/// An error and all its causes, in both forms.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error}\n{error:?}");
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!("\n{cause}\n{cause:?}"));
        next = cause.source();
    }
    text
}
