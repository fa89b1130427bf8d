//! A global subscriber at TRACE that hears everything, by way of the `log` crate too.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, OnceLock};

use jkool_client::is_silenced;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// One thing that was logged.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Target and fields, spans included.
    pub(crate) text: String,
    pub(crate) is_silenced: bool,
    /// Whether it was logged while the same thread was busy with another one.
    pub(crate) is_nested: bool,
}

/// What is done with each event of a thread that is not silenced, as a layer would make events of them.
type Forward = Box<dyn Fn(&str) + Send + Sync>;

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());
static FORWARD: OnceLock<Forward> = OnceLock::new();

thread_local! {
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Listens from now on, for the rest of the process. Such a subscriber gets no protection from tracing against what
/// it logs itself: only one with a scope does.
pub(crate) fn listen() {
    tracing_subscriber::registry().with(Listener).init();
    log::set_max_level(log::LevelFilter::Trace);
}

/// Hands what threads log that are not silenced to `forward`, from now on.
pub(crate) fn forward_to(forward: impl Fn(&str) + Send + Sync + 'static) {
    assert!(FORWARD.set(Box::new(forward)).is_ok(), "once");
}

/// What was heard since the last call.
pub(crate) fn take_heard() -> Vec<Heard> {
    std::mem::take(&mut *HEARD.lock().unwrap())
}

struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        let mut text = format!(
            "{} {}",
            attributes.metadata().target(),
            attributes.metadata().name()
        );
        attributes.record(&mut Writer(&mut text));
        note(text);
    }

    fn on_record(&self, _id: &Id, values: &Record<'_>, _context: Context<'_, S>) {
        let mut text = String::from("recorded");
        values.record(&mut Writer(&mut text));
        note(text);
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut text = event.metadata().target().to_owned();
        event.record(&mut Writer(&mut text));
        note(text.clone());
        if !is_silenced()
            && let Some(forward) = FORWARD.get()
            // Without this a loop would end the process, and nobody could tell how it came about.
            && !IS_BUSY.replace(true)
        {
            forward(&text);
            IS_BUSY.set(false);
        }
    }
}

fn note(text: String) {
    HEARD.lock().unwrap().push(Heard {
        text,
        is_silenced: is_silenced(),
        is_nested: IS_BUSY.get(),
    });
}

struct Writer<'a>(&'a mut String);

impl Visit for Writer<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}
