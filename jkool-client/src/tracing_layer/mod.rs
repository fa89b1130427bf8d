//! The layer for the crate `tracing`: spans become activities, events become events.

mod activity_writer;
mod candidates;
mod last_span;
mod layer;
mod span_fields;
mod span_node;
mod span_nodes;
mod visitor;

pub use layer::TracingLayer;

use crate::Client;

impl Client {
    /// A layer for the crate `tracing`: spans become activities, with their events stitched to them.
    ///
    /// ```no_run
    /// # use jkool_client::Client;
    /// use tracing_subscriber::prelude::*;
    ///
    /// let client = Client::from_env()?;
    /// let _guard = client.guard();
    /// tracing_subscriber::registry().with(client.tracing_layer()).init();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The guard belongs into `main`: a global subscriber is never dropped, so without it what is still queued at the
    /// end of the program is lost. Of the crate `tracing-subscriber`, the feature `registry` suffices.
    ///
    /// ```
    /// use jkool_client::Client;
    /// use jkool_client::transport::testing::Recording;
    /// use std::time::Duration;
    /// use tracing_subscriber::prelude::*;
    ///
    /// let recording = Recording::new();
    /// let client = Client::builder().transport(recording.clone()).build()?;
    /// let subscriber = tracing_subscriber::registry().with(client.tracing_layer().without_target("hyper"));
    /// tracing::subscriber::with_default(subscriber, || {
    ///     let _order = tracing::info_span!("PlaceOrder", jkool.corr_id = "order-4711").entered();
    ///     tracing::info!(amount = 99.5, "order processed");
    /// });
    /// client.close(Duration::from_secs(5))?;
    /// let bodies = recording.bodies();
    /// assert!(bodies[0].contains(r#""msg-text":"order processed""#));
    /// assert!(bodies[1].contains(r#""operation":"PlaceOrder","type":"ACTIVITY""#));
    /// assert!(bodies.iter().all(|body| body.contains(r#""corrid":["order-4711"]"#)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # What becomes of what
    ///
    /// | of an event | becomes |
    /// |---|---|
    /// | target | `operation`, unless the event has a name (`info!(name: "…", …)`); and the channel |
    /// | level | `severity`: `TRACE`, `DEBUG`, `INFO`, `WARNING`, `ERROR` |
    /// | message | `msg-text` |
    /// | file and line | `location` |
    /// | thread | `tid`, and a property `thread.name` if it has a name |
    /// | a field `error`, `err` or `exception` that is an error or a text | `exception`, an error with all its causes |
    /// | any other field | a property of its type |
    /// | the span it is in | `parent-id` and `corrid` |
    ///
    /// A span becomes an activity when it closes: with its name as `operation`, its own `tracking-id`, the times at which
    /// it started and ended, the time nobody was in it (`wait-time-usec`), its fields, those recorded later included, the
    /// `parent-id` of the span around it, and the ids of the events and spans in it that were accepted (`id-set`, the
    /// first 256; `id-count`). It ends as `EXCEPTION`, with completion code `ERROR`, if it has a field `error`, or if an
    /// event of level `ERROR` happened in it, though not in a span inside it; else as `END`, with `SUCCESS`.
    ///
    /// All spans and events below one root share a correlator. A field `jkool.corr_id` of a span replaces it for that span
    /// and what lies below, and `follows_from` adds that of another span. Fields are taken as they are recorded, so set a
    /// correlator before anything happens in the span.
    ///
    /// Fields of these names decorate events and activities instead of becoming properties: `jkool.corr_id`,
    /// `jkool.location`, `jkool.user`, `jkool.resource`, `jkool.operation`, `jkool.tracking_id`, `jkool.comp_code`
    /// (`SUCCESS`, `WARNING`, `ERROR`), `jkool.reason_code` (a number), and for events `jkool.msg_tag`. A value that does
    /// not fit becomes a property.
    ///
    /// # What it costs
    ///
    /// Some 200 ns for an event of three fields, 100 ns more inside a span, and no allocation; a few microseconds for a
    /// span. The layer takes part
    /// in no decision of the subscriber about what is enabled, since that would be for all other layers too: events
    /// below its [level](TracingLayer::level) cost the calling thread some 10 ns each, and are counted in
    /// [`Stats::filtered`](crate::Stats::filtered). To pay nothing for them, filter the
    /// whole subscriber, or this layer with `with_filter` of the crate `tracing-subscriber`.
    ///
    /// # What it promises
    ///
    /// It never waits unless [told to](TracingLayer::on_full), never panics, and never logs. A `Debug` of yours that
    /// panics leaves its mark in place of its value; one that logs makes a record of its own, but not more than one deep.
    /// What the client's own threads log is passed over.
    pub fn tracing_layer(&self) -> TracingLayer {
        TracingLayer::new(self.clone())
    }
}
