//! What is not sent, by the program's own wish.

use std::time::Duration;

use jkool_model::{Entity, Severity};

use crate::filter::BeforeSend;
use crate::{ClientBuilder, RateLimit};

/// # Filters
///
/// What the program does not want to be sent. All are off by default, but for the level; they hold for everything that
/// the program sends, by whichever way, and each counts what it filters in [`Stats::filtered`](crate::Stats::filtered).
/// They are asked in this order: level, sampling, repetition, rate, hook. What the client itself reports, metrics and
/// its own numbers, is shown to the hook alone.
///
/// A filter that is off costs nothing that could be measured. What is dropped costs its thread some 15 ns by level, 30 by
/// sampling, 40 by rate, and 80 as a repetition, since its message is formatted for that; nothing else is formatted,
/// and no memory is allocated.
impl ClientBuilder {
    /// The lowest severity that is sent; entities without a severity always are. Default: `INFO`.
    pub fn level(mut self, level: Severity) -> Self {
        self.filters.levels.set_level(level);
        self
    }

    /// The lowest severity of a logger, or of a target of `tracing` or `log`, and of what lies below it: `orders` stands
    /// for `orders::stock`, `orders.stock` and `orders/stock` too. The longest matching name counts; what is sent without
    /// a logger has the name `jkool`. Default: [`level`](Self::level) holds for all.
    ///
    /// The `tracing` layer and the `log` logger begin with these levels, and may change them for themselves.
    ///
    /// ```
    /// use jkool_client::{Client, Event, Severity};
    /// # use jkool_client::transport::testing::Recording;
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// let client = Client::builder()
    ///     .target_level("orders", Severity::Warning)
    ///     .target_level("orders::payment", Severity::Debug)
    /// #   .transport(recording.clone())
    ///     .build()?;
    /// let event = || Event::bare().severity(Severity::Debug);
    /// client.logger("orders::stock").send(event())?; // not sent
    /// client.logger("orders::payment").send(event())?;
    /// # client.close(Duration::from_secs(5))?;
    /// # assert_eq!(recording.bodies().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn target_level(mut self, name: impl Into<String>, level: Severity) -> Self {
        self.filters.levels.set_target(name.into(), Some(level));
        self
    }

    /// Sends nothing of a logger or target, and of what lies below it, whatever its severity.
    pub fn without_target(mut self, name: impl Into<String>) -> Self {
        self.filters.levels.set_target(name.into(), None);
        self
    }

    /// Keeps this share of all activities, from 0 to 1, each of them whole: an activity is sent with all that belongs to
    /// it, or not at all. Default: 1, everything.
    ///
    /// The first correlator decides; below one root of `tracing` spans, and inside an activity started by hand, it is
    /// that of the nearest span or activity that has one of its own, and of the root its id. Events decide for themselves
    /// only outside of activities: by correlator, else by parent, else by their own id, which amounts to chance.
    /// Snapshots and datasets that stand alone are always kept.
    ///
    /// All processes and versions decide the same about a correlator, so that an activity that spans several services is
    /// kept by all of them, or by none; and with a larger share all that is kept with a smaller one is. Who wants to
    /// decide the same elsewhere: the FNV-1a hash (64 bits) of the UTF-8 text, mixed by the 64-bit finalizer of
    /// MurmurHash3, is below the share times 2⁶⁴.
    ///
    /// ```
    /// use jkool_client::{Client, Event};
    /// # use jkool_client::transport::testing::Recording;
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// # let builder = Client::builder().transport(recording.clone());
    /// let client = builder.sample(0.1).build()?;
    /// for number in 0..1_000 {
    ///     let order = client.activity("PlaceOrder").correlator(format!("order-{number}")).start();
    ///     order.send(Event::new("ReserveStock"))?;
    /// }
    /// client.flush(Duration::from_secs(5))?;
    /// // About 100 orders, and each event with its activity.
    /// assert!((120..280).contains(&client.stats().delivered));
    /// assert_eq!(client.stats().delivered % 2, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sample(mut self, share: f64) -> Self {
        self.filters.sample = share;
        self
    }

    /// Sends an event or log entry once, and for so long nothing more that is equal to it: of the same logger or target,
    /// operation, severity and message text. Correlators and properties do not count. The next one that is sent
    /// tells in a property `repeated` how many were suppressed. Default: zero, which suppresses nothing.
    ///
    /// What has no message text is never suppressed, nor is an activity. Up to 1,024 messages are remembered, so that
    /// among many different ones a repetition may pass. An `ERROR` that is suppressed still makes the span it is in end
    /// as `EXCEPTION`.
    ///
    /// ```
    /// use jkool_client::{Client, FilterReason};
    /// # use jkool_client::{Event, transport::testing::Recording};
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// # let builder = Client::builder().transport(recording.clone());
    /// let client = builder.suppress_repeats(Duration::from_secs(30)).build()?;
    /// for _ in 0..100 {
    ///     client.send(Event::new("Connect").message("connection refused"))?;
    /// }
    /// assert_eq!(client.stats().filtered.get(FilterReason::Repeat), 99);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn suppress_repeats(mut self, window: Duration) -> Self {
        self.filters.repeat_window = window;
        self
    }

    /// Sends no more than so many events per second; what is beyond is not sent. Default: no limit.
    ///
    /// Everything counts alike: events, activities, snapshots, datasets, log entries. An activity may so be missing to
    /// its events; to send less and keep activities whole, [`sample`](Self::sample) them. An `ERROR` that is not sent
    /// still makes the span it is in end as `EXCEPTION`.
    ///
    /// ```
    /// use jkool_client::{Client, RateLimit, Severity};
    /// # use jkool_client::transport::testing::Recording;
    ///
    /// # let builder = Client::builder().transport(Recording::new());
    /// let client = builder
    ///     .rate_limit(RateLimit::per_second(1_000).burst(5_000).exempt(Severity::Error))
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.filters.rate_limit = Some(limit);
        self
    }

    /// Asks `hook` about everything that would be sent, as the last of all filters: what it returns is sent instead,
    /// and nothing if it returns `None`. Default: no hook.
    ///
    /// It runs on the thread that sends. What is sent by hand it sees before the client's defaults, such as the source
    /// FQN, are filled in; what `tracing` and `log` record it sees whole. It sees reports too: metrics, and the client's
    /// own numbers. It should leave tracking ids alone, by which activities list what belongs to them.
    ///
    /// If it panics, the entity is not sent; that is counted in [`Stats::filtered`](crate::Stats::filtered) and
    /// [`Stats::panics`](crate::Stats::panics). What the hook itself sends or logs is not sent, but counted; flushing and
    /// closing fail inside it.
    ///
    /// What is sent by hand costs some 50 ns more. What `tracing` and `log` record takes the slow path: it is encoded, read
    /// back as an entity, and encoded once more, which costs some 2.5 µs and a few allocations instead of 0.2 µs and none.
    /// To look at single values only, `redact` of the layer and the logger costs less.
    ///
    /// ```
    /// use jkool_client::{Client, Entity, Event};
    /// # use jkool_client::transport::testing::Recording;
    /// # use std::time::Duration;
    ///
    /// # let recording = Recording::new();
    /// # let builder = Client::builder().transport(recording.clone());
    /// let client = builder
    ///     .before_send(|entity| match entity {
    ///         Entity::Event(event) if event.get_operation() == Some("HealthCheck") => None,
    ///         Entity::Event(event) if event.get_user().is_some() => Some(event.user("somebody").into()),
    ///         other => Some(other),
    ///     })
    ///     .build()?;
    /// client.send(Event::new("HealthCheck"))?;
    /// client.send(Event::new("PlaceOrder").user("alice"))?;
    /// # client.close(Duration::from_secs(5))?;
    /// # assert_eq!(recording.bodies().len(), 1);
    /// # assert!(recording.bodies()[0].contains("somebody"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn before_send(mut self, hook: impl Fn(Entity) -> Option<Entity> + Send + Sync + 'static) -> Self {
        self.filters.before_send = Some(BeforeSend::new(hook));
        self
    }
}
