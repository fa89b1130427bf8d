//! A client that keeps what it is given.

use std::time::Duration;

use jkool_model::{
    Activity, Dataset, Entity, Event, LogEntry, Severity, Snapshot, SourceFqn, SourceType, Timestamp,
};
use jkool_transport::testing::Recording;

use super::stable;
use crate::{BuildError, Client, ClientBuilder};

/// How long it may take until all that was sent is here. Nothing but a hang takes that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client, and all that was sent with it. There is no network.
#[derive(Debug)]
pub struct Capture {
    client: Client,
    recording: Recording,
    start: Timestamp,
}

/// A client that captures what it is given: of every level, in order over all threads, without process id, and from the
/// source `APPL=test`.
///
/// # Errors
///
/// The operating system has no thread left for the client.
pub fn capture() -> Result<Capture, BuildError> {
    capture_with(|builder| builder)
}

/// The same, with settings of the program's own, which win. A destination set here does not matter.
///
/// # Errors
///
/// As [`ClientBuilder::build`].
pub fn capture_with(settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Capture, BuildError> {
    let recording = Recording::new();
    let mut builder = Client::builder().level(Severity::Trace).pid(false).ordered(true);
    if let Ok(source_fqn) = SourceFqn::builder().element(SourceType::Appl, "test").build() {
        builder = builder.source_fqn(source_fqn);
    }
    Ok(Capture {
        client: settings(builder).transport(recording.clone()).build()?,
        recording,
        start: Timestamp::now(),
    })
}

impl Capture {
    /// The client to hand to what is tested.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Everything accepted so far, in order, as the service would read it: with source, tracking id and time. What is
    /// reported by interval, such as metrics, is reported first.
    ///
    /// Names, values and nesting are those that were sent; of a number of any type only the value is kept.
    #[must_use]
    pub fn entities(&self) -> Vec<Entity> {
        self.bodies().iter().filter_map(|body| read(body)).collect()
    }

    /// As [`entities`](Self::entities), but the same at each run, to be compared with what was written down before.
    ///
    /// Tracking ids made since the capture began become `id-1`, `id-2` and so on, in the order in which the entities
    /// arrived, wherever they occur; times read from the clock since then become the [epoch](Timestamp::EPOCH). Ids and
    /// times that the program sets to values of its own stay as they are, and so does what it measures, such as an
    /// elapsed time; so do ids of entities that were never sent.
    #[must_use]
    pub fn stable_entities(&self) -> Vec<Entity> {
        let bodies = stable::bodies(self.bodies(), self.start, Timestamp::now());
        bodies.iter().filter_map(|body| read(body)).collect()
    }

    /// The events among [`entities`](Self::entities).
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.pick(|entity| match entity {
            Entity::Event(event) => Some(event),
            _ => None,
        })
    }

    /// The activities among [`entities`](Self::entities).
    #[must_use]
    pub fn activities(&self) -> Vec<Activity> {
        self.pick(|entity| match entity {
            Entity::Activity(activity) => Some(activity),
            _ => None,
        })
    }

    /// The snapshots among [`entities`](Self::entities), without those inside events and activities.
    #[must_use]
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.pick(|entity| match entity {
            Entity::Snapshot(snapshot) => Some(snapshot),
            _ => None,
        })
    }

    /// The datasets among [`entities`](Self::entities).
    #[must_use]
    pub fn datasets(&self) -> Vec<Dataset> {
        self.pick(|entity| match entity {
            Entity::Dataset(dataset) => Some(dataset),
            _ => None,
        })
    }

    /// The log entries among [`entities`](Self::entities).
    #[must_use]
    pub fn log_entries(&self) -> Vec<LogEntry> {
        self.pick(|entity| match entity {
            Entity::LogEntry(entry) => Some(entry),
            _ => None,
        })
    }

    fn pick<T>(&self, is_one: impl FnMut(Entity) -> Option<T>) -> Vec<T> {
        self.entities().into_iter().filter_map(is_one).collect()
    }

    fn bodies(&self) -> Vec<String> {
        // A closed client has delivered all there is; a recording never keeps one waiting.
        let _ = self.client.flush(PATIENCE);
        self.recording.bodies()
    }
}

/// What the encoder writes, the reader reads.
fn read(body: &str) -> Option<Entity> {
    Entity::from_json(body.as_bytes()).ok()
}
