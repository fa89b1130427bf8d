//! Who is compared, and how each becomes the subscriber of the process.

use std::time::Duration;

use jkool_bench::{Count, Sink};
use jkool_client::Client;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::logs::{BatchConfigBuilder, BatchLogProcessor, SdkLoggerProvider};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_appender::non_blocking::NonBlockingBuilder;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;

use crate::sink::{Exporter, Lines};

/// One way to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contestant {
    Floor,
    Jkool,
    JkoolInSpan,
    JkoolLog,
    Json,
    Appender,
    OpenTelemetry,
}

/// A contestant at work.
pub struct Running {
    pub count: Count,
    /// Returns when there is room for another run.
    pub make_room: Box<dyn Fn()>,
    /// Delivers what is left.
    pub finish: Box<dyn FnOnce()>,
}

impl Contestant {
    pub const ALL: [Contestant; 7] = [
        Contestant::Floor,
        Contestant::Jkool,
        Contestant::JkoolInSpan,
        Contestant::JkoolLog,
        Contestant::Json,
        Contestant::Appender,
        Contestant::OpenTelemetry,
    ];

    pub fn name(self) -> String {
        format!("{self:?}")
    }

    pub fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|contestant| contestant.name() == name);
        found.expect("the name of a contestant")
    }

    pub fn title(self) -> &'static str {
        match self {
            Contestant::Floor => "a layer that visits the fields and keeps nothing",
            Contestant::Jkool => "**jkool-client**",
            Contestant::JkoolInSpan => "**jkool-client**, in a span",
            Contestant::JkoolLog => "**jkool-client**, by the crate `log`",
            Contestant::Json => "tracing-subscriber JSON",
            Contestant::Appender => "the same + tracing-appender",
            Contestant::OpenTelemetry => "OpenTelemetry, batches",
        }
    }

    /// Installs it: with room for everything, or as it is by default.
    pub fn start(self, has_room: bool) -> Running {
        let count = Count::default();
        let registry = tracing_subscriber::registry();
        match self {
            Contestant::Floor => {
                registry.with(Floor).init();
                Running {
                    count,
                    make_room: Box::new(|| {}),
                    finish: Box::new(|| {}),
                }
            }
            Contestant::Jkool | Contestant::JkoolInSpan | Contestant::JkoolLog => {
                let sink = Sink::new(count.clone());
                let client = Client::builder().transport(sink).build().expect("a thread");
                if self == Contestant::JkoolLog {
                    client.log_logger().install().expect("the first logger");
                } else {
                    registry.with(client.tracing_layer()).init();
                }
                let watched = client.clone();
                Running {
                    count,
                    make_room: Box::new(move || {
                        while watched.stats().pending > 20_000 {
                            std::thread::yield_now();
                        }
                    }),
                    finish: Box::new(move || {
                        client
                            .close(Duration::from_secs(60))
                            .expect("the sink takes everything");
                    }),
                }
            }
            Contestant::Json => {
                let lines = Lines(count.clone());
                let layer = tracing_subscriber::fmt::layer()
                    .json()
                    .with_writer(move || lines.clone());
                registry.with(layer).init();
                Running {
                    count,
                    make_room: Box::new(|| {}),
                    finish: Box::new(|| {}),
                }
            }
            Contestant::Appender => {
                let (writer, guard) = NonBlockingBuilder::default()
                    .lossy(!has_room)
                    .finish(Lines(count.clone()));
                registry
                    .with(tracing_subscriber::fmt::layer().json().with_writer(writer))
                    .init();
                Running {
                    count,
                    make_room: Box::new(|| {}),
                    finish: Box::new(|| drop(guard)),
                }
            }
            Contestant::OpenTelemetry => {
                let exporter = Exporter(count.clone());
                let mut processor = BatchLogProcessor::builder(exporter);
                if has_room {
                    let config = BatchConfigBuilder::default()
                        .with_max_queue_size(1_000_000)
                        .build();
                    processor = processor.with_batch_config(config);
                }
                let provider = SdkLoggerProvider::builder()
                    .with_log_processor(processor.build())
                    .build();
                registry.with(OpenTelemetryTracingBridge::new(&provider)).init();
                Running {
                    count,
                    make_room: Box::new(|| {}),
                    finish: Box::new(move || provider.shutdown().expect("the exporter takes everything")),
                }
            }
        }
    }
}

/// What every layer has to pay for.
struct Floor;

impl<S: Subscriber> Layer<S> for Floor {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Nothing);
    }
}

struct Nothing;

impl Visit for Nothing {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        std::hint::black_box((field, value));
    }
}
